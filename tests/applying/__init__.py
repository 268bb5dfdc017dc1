"""Tests of the applying room."""
