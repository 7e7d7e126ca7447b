"""What a site asks for: YAML in, rules out."""
