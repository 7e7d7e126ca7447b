"""One Instance, then many. Read ``instance.py`` first."""
