"""What was done: records in Parquet, a manifest, a chain of digests, and questions about them."""
