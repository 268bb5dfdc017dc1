"""Mutation testing: small changes of meaning in the rooms that guard data, each of which a test has to notice."""
