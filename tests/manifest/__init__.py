"""Tests of reconciler.manifest."""
