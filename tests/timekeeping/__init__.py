"""Time entries."""
