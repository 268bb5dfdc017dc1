"""`python -m tests.coverage_gate`: whether the fast set runs as much of each room as is on record. Exit code 1 if it does not.

It reads what `python -m pytest -p tests.coverage_gate.measure` measured.
"""

from __future__ import annotations

import sys

from coverage.exceptions import CoverageException

from tests.coverage_gate.rooms import RECORD, ROOT, failures, least, measured, rises


def main() -> int:
    """Print the table, what is below it, and what may be raised."""
    try:
        shares = measured()
    except CoverageException as error:
        print(f"nothing is measured ({error}); first run: python -m pytest -q -n 4 -p tests.coverage_gate.measure")
        return 1
    record, place = least(), RECORD.relative_to(ROOT)
    for room, share in shares.items():
        print(f"{room:10} {share.percent:5.1f} %  at least {record.get(room, 0):5.1f} %")
    below = list(failures(shares, record))
    if below:
        print("\nthe fast set runs less than it must; write the tests, or mark with its reason what cannot run:")
        print("\n".join(f"  {line}" for line in below))
    for line in rises(shares, record):
        print(f"{place}: {line}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
