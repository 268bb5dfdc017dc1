"""Targets that match nothing: which are left unsaid, and what is guessed in their place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.errors import TargetError
from reconciler.planning import PlanOptions, make_plan
from tests.planning.literals import TARGET, desired_of, live_of


def _refused(target: str) -> TargetError:
    """What is said of a target, where the finished tasks of no project were read."""
    world = {"clients": ["Acme"], "projects": ["Acme/Site"], "tags": ["urgent"]}
    manifest = {"clients": [{"name": "Acme", "projects": ["Site"]}], "tags": ["urgent"]}
    live = replace(live_of(world), tasks_proven=frozenset())
    with pytest.raises(TargetError) as caught:
        make_plan(desired_of(manifest), live, target=TARGET, options=PlanOptions(targets=(target,)))
    return caught.value


@pytest.mark.parametrize("target", ["project:Acme/Gone", "task:Acme/Site/*", "tag:gone"])
def test_only_a_task_that_is_named_in_full_may_be_there_unseen(target: str) -> None:
    assert f"nothing that is declared or live: '{target}'" in _refused(target).message


@pytest.mark.parametrize(
    ("target", "guess"),
    [
        ("tag:urgnt", "tag:urgent"),
        ("project:Acmee/*", "project:Acme/*"),
        ("project:Acmee*", ""),
        ("tag:urgnt*", ""),
        ("project:Acm/*x", ""),
        ("tags:urgent", ""),
    ],
)
def test_a_guess_has_the_form_of_what_was_written(target: str, guess: str) -> None:
    assert _refused(target).message.endswith(f" (did you mean '{guess}'?)" if guess else f": '{target}'")
