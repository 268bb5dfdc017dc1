"""Tests against the official contract, where it is at hand."""
