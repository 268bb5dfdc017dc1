"""The HTML pages in a real browser: only where it is asked for, `pytest -m browser`."""
