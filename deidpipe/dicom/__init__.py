"""The encoding of DICOM, PS3.5 and PS3.10: bytes with an index over them, and nothing about privacy."""
