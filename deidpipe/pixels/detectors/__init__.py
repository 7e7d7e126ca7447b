"""The shelf of detectors: what finds places that may hold burned-in text."""
