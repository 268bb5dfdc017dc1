"""Formatting: one order of keys, one indentation, quotes where they are needed, and nothing else."""

from reconciler.manifest.fmt.format import format_file, formatted

__all__ = ["format_file", "formatted"]
