"""Composition: validated documents merged into one desired state."""
