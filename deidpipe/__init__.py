"""De-identify DICOM collections to PS3.15, with an audit of every element."""

__version__ = "0.1.0"
