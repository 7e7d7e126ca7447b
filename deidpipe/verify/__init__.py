"""The gate: look at files that are to be published, whoever made them. Nothing here is shared with the cleaner but
tables.
"""
