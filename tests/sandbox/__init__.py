"""Tests of the sandbox room, driven over HTTP as any client would."""
