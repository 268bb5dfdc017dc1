"""Tests of the render room: what people and other programs read."""
