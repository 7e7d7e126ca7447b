"""Collections with planted identity and their answer key, and the score of any tool's output against it."""
