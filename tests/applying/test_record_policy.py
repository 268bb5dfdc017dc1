"""A plan without changes that protects more than before is recorded, as a complete run without a write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Runs, record_policy
from reconciler.errors import CredentialsError
from reconciler.planning import Plan
from tests.planning.literals import plan_of
from tests.recorded_runs import journal_lines

USER = {"id": "u1", "email": "jo@acme.example", "name": "Jo"}


def _plan(*patterns: str) -> Plan:
    return plan_of({"policy": {"protect": list(patterns)}, "tags": ["a"]}, {"tags": ["a"]})


def _record(folder: Path, plan: Plan) -> Runs:
    record_policy(plan, Runs(folder), lambda: 0.0, user=lambda: USER, connection="conn-1")
    return Runs(folder)


def test_a_run_that_only_records_a_policy_is_complete(tmp_path: Path) -> None:
    runs = _record(tmp_path, _plan("tag:a"))
    run = runs.named("latest")
    assert (run.is_complete, run.problem, run.sequence, run.history.writes) == (True, "", 1, ())
    assert runs.protections("w1") == ("tag:a",)
    assert runs.last_policy("w1")["protect"] == ["tag:a"]
    started, ended = journal_lines(tmp_path)
    assert (started["user"], started["connection"]) == ({"id": "u1", "email": "jo@acme.example"}, "conn-1")
    assert (ended["complete"], ended["exit_code"], ended["requests"]) == (True, 0, 0)


def test_a_policy_that_protects_nothing_more_is_not_recorded(tmp_path: Path) -> None:
    _record(tmp_path, _plan("tag:a", "tag:b"))
    assert [run.sequence for run in _record(tmp_path, _plan("tag:b"))] == [1]
    assert [run.sequence for run in _record(tmp_path, _plan("tag:c"))] == [2, 1]


def test_a_policy_whose_author_is_unknown_is_not_recorded(tmp_path: Path) -> None:
    def refused() -> Mapping[str, Any]:
        raise CredentialsError("the key was refused", status=401)

    with pytest.raises(CredentialsError):
        record_policy(_plan("tag:a"), Runs(tmp_path), lambda: 0.0, user=refused)
    assert list(Runs(tmp_path)) == []
