"""YAML: bytes to documents of plain values, with the line and column of each value."""
