"""The journal: one record per run, written ahead of each request."""
