"""Who an Instance becomes: the project key, replacements, one date shift a patient, the crosswalk."""
