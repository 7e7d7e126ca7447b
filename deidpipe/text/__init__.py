"""What in a string identifies: spans in, cleaned text out."""
