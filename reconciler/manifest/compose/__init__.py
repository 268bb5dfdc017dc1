"""Composition: documents to one desired state."""
