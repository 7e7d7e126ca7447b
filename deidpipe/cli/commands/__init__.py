"""The shelf of commands. A command parses, calls one function and prints; no logic."""
