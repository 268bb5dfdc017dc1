"""Rename detection: creates and removals that may be one resource under a new name."""
