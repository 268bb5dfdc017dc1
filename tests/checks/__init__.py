"""Tests of reconciler.checks."""
