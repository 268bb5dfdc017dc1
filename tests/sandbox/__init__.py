"""Tests of the sandbox over HTTP, as any client uses it."""
