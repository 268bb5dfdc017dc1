"""`python -m tests.faults`: see matrix.py, which is apart since other processes cannot import what is called __main__."""

import sys

from tests.faults.matrix import main

if __name__ == "__main__":
    sys.exit(main())
