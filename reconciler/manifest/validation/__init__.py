"""Validation: every problem of a document, with its place and a hint."""
