"""The applying room."""
