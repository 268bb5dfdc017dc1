"""Every fault at every request of a large run: `python -m tests.faults` runs the whole matrix, the tests here a sample."""
