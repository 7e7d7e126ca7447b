"""What a run says to people who were not there: documents beside the audit."""
