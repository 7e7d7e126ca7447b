"""Burned-in text: found, hidden, and nothing else touched."""
