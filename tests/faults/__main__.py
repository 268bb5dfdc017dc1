"""`python -m tests.faults`: runs matrix.py, a module of its own because worker processes cannot import __main__."""

import sys

from tests.faults.matrix import main

if __name__ == "__main__":
    sys.exit(main())
