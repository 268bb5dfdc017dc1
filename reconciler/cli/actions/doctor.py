"""`doctor`: read what a plan and an apply need, and say what is not in order. Sends reads only."""

from __future__ import annotations

import sys

from reconciler.cli.doctor.machine import diagnose_machine
from reconciler.cli.doctor.service import Observed, diagnose_service
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_json, print_result, screen_of, styled
from reconciler.render.diagnoses import Health, diagnoses_to_json, diagnosis_lines, worst


def run_doctor(form: str, settings: Settings) -> int:
    """Print the health of each part; the exit code: 1 if a part is not usable."""
    seen = Observed()
    diagnoses = [*diagnose_service(settings, seen)]
    diagnoses += diagnose_machine(settings, seen.workspace)
    if form == "json":
        print_json(diagnoses_to_json(diagnoses))
    else:
        screen = screen_of(sys.stdout, settings)
        print_result(styled(diagnosis_lines(diagnoses, screen), screen))
    return int(worst(diagnoses) is Health.FAIL)
