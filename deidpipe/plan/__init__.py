"""Decide, purely: no disk, no clock, no chance."""
