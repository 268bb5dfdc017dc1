"""YAML text to documents in which every value knows its line and column."""
