"""Every fault at every request of a large run; `python -m tests.faults` for all of it, the tests here for a sample."""
