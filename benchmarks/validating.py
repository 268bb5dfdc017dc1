"""`validate` of 1,000 projects with 20 tasks each, as a ratio to the YAML parse of the same text in the same run.

Run: python benchmarks/validating.py [TURNS]. CPU time of this process, best of several turns; the jobs alternate, so that a machine
that slows down slows all of them. The parse is libyaml's (`yaml.load` with the C loader). Aim: at most 2.00 for a valid
manifest, with checks of the policy too. Exits with 1 where one is above it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial

import yaml
from planning import best, manifest
from table import record

from reconciler.manifest import validate

AIM = 2.0
WITHIN_AIM = ("valid", "policy checks")
CHECKS = """\
policy:
  checks:
    - {message: every project needs a color, kind: project, require: {color: {is_set: true}}}
    - {message: names are short, kind: task, level: warn, require: {name: {matches: ".{1,40}"}}}
    - {message: no large tasks, kind: task, forbid: {estimate: {greater_than: PT40H}}}
"""


def variants(*, bare: bool) -> dict[str, str]:
    """Manifests of one size: valid, with checks, and with one, 1,000 and 20,000 problems or warnings. The aim is for the first two."""
    text = manifest(1000, 20, bare=bare)
    last = text.rindex("Task 019")
    warned = {"20,000 warnings": re.sub(r"(- Task [0-9]+)", r"\1 #x", text)} if bare else {}
    return {
        "valid": text,
        "policy checks": text.replace("clients:\n", f"{CHECKS}clients:\n", 1),
        "one problem": f"{text[:last]}Task <019>{text[last + len('Task 019') :]}",
        "1,000 problems": text.replace("billable: true\n        tasks", "billable: perhaps\n        tasks"),
        **warned,
    }


def measure(turns: int, *, bare: bool) -> bool:
    """Print one table; whether every manifest is within the aim."""
    texts = variants(bare=bare)
    for text in texts.values():
        validate(["-"], stdin=text.encode)  # compiles the schema, and imports what only invalid manifests need
    jobs: dict[str, Callable[[], object]] = {}
    for name, text in texts.items():
        jobs[f"parse: {name}"] = partial(yaml.load, text, yaml.CSafeLoader)
        jobs[name] = partial(validate, ["-"], stdin=text.encode)
    times = best(jobs, turns)
    print(f"1,000 projects x 20 {'bare' if bare else 'described'} tasks")
    ratios = {name: times[name] / times[f"parse: {name}"] for name in texts}
    style = "bare" if bare else "described"
    for name, text in texts.items():
        aim = AIM if name in WITHIN_AIM else None
        record(f"CPU of validate ÷ parse, 1,000 x 20 {style} tasks, {name}", ratios[name], "×", aim=aim)
        found = validate(["-"], stdin=text.encode)
        counts = f"{len(found.problems):,} problems, {len(found.warnings):,} warnings"
        print(f"  {name:16} {times[name]:7.3f} s  {ratios[name]:5.2f} x the parse  ({counts})")
    return all(ratios[name] <= AIM for name in WITHIN_AIM)


if __name__ == "__main__":
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    sys.exit(0 if min([measure(turns, bare=bare) for bare in (False, True)]) else 1)
