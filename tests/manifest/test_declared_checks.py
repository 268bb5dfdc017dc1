"""Declared resources that break a check, evaluated on the manifests alone."""

from __future__ import annotations

from reconciler.manifest import broken_checks
from tests.manifest.reading import desired

POLICY = """
policy:
  checks:
    - {message: no client, name: clients, kind: project, require: {client: {is_set: true}}}
    - {message: not billable, kind: project, require: {billable: true}}
    - {message: small, level: warn, kind: [client, project], require: {name: {matches: '[A-Z].*'}}}
    - {message: never, action: create, forbid: {name: Ops}}
    - {message: not today, forbid: {weekday: {in: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]}}}
"""


def test_broken_checks_of_declared_values_are_reported_at_the_resource() -> None:
    text = f"""{POLICY}
projects:
  - Ops
  - {{name: Old, billable: false}}
clients:
  - name: acme
    projects: [{{name: Site, billable: true}}]
"""
    errors, warnings = broken_checks(desired(text))
    assert [(p.line, p.column, p.message) for p in errors] == [
        (12, 5, "'project:Ops': clients: no client"),
        (13, 5, "'project:Old': clients: no client"),
        (13, 5, "'project:Old': not billable"),
    ]
    assert [(p.line, p.column, p.message) for p in warnings] == [(15, 5, "'client:acme': small")]


def test_defaults_count_as_declared() -> None:
    errors, _ = broken_checks(
        desired(f"{POLICY}defaults: {{project: {{billable: false}}}}\nprojects: [{{name: Ops}}]\n")
    )
    assert "'project:Ops': not billable" in [p.message for p in errors]


def test_without_checks_nothing_is_broken() -> None:
    assert broken_checks(desired("projects: [Ops]\n")) == ([], [])


def test_a_check_of_a_rate_looks_at_the_amount_alone_also_where_the_rate_has_a_date() -> None:
    text = """
policy:
  checks:
    - {message: not 95, kind: project, require: {hourly_rate: {equals: 95}}}
projects:
  - {name: Old, hourly_rate: 95}
  - {name: Site, hourly_rate: {amount: 95, since: 2026-01-01}}
  - {name: Shop, hourly_rate: {amount: 90, since: 2026-01-01}}
"""
    errors, _ = broken_checks(desired(text))
    assert [problem.message for problem in errors] == ["'project:Shop': not 95"]
