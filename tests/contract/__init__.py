"""Tests against the API contract: the client's requests and the sandbox's answers."""
