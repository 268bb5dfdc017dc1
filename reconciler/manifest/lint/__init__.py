"""Warnings about manifests that are valid: what is unused, clashes, or means something else than it seems to."""
