"""A random search over live states, manifests, switches and faults, with oracles of its own: `python -m tests.search`."""
