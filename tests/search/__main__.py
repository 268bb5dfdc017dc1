"""`python -m tests.search`: runs command.py, a module of its own because worker processes cannot import __main__."""

import sys

from tests.search.command import main

if __name__ == "__main__":
    sys.exit(main())
