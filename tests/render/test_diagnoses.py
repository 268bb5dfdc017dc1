"""What `doctor` found, where a message takes several lines."""

from __future__ import annotations

from reconciler.render.diagnoses import Diagnosis, Health, diagnosis_lines
from reconciler.render.lines import to_plain
from reconciler.render.screen import Screen


def test_a_long_message_and_its_cure_are_below_the_message() -> None:
    message = "there is more than one of them, and nothing tells which of them is meant by this"
    found = Diagnosis("workspace", Health.WARN, message, "select one")
    lines = to_plain(diagnosis_lines([found], Screen(80))).splitlines()
    first = lines[0].index("there")
    assert [len(line) - len(line.lstrip()) for line in lines[1:3]] == [first, first]
    assert lines[2].strip() == "select one"
