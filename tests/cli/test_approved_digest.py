"""An approval by digest on another machine: what moved is named, a plan expires, and a redacted plan verifies without values."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result

from reconciler.applying.statement import instant_text
from reconciler.cli import approving
from reconciler.cli.plan_records import now
from reconciler.planning.plan_record import FORMAT
from tests.cli.embedded import Embedded

NOTE = "a secret note"


def site(**fields: Any) -> list[dict[str, Any]]:
    return [{"name": "Acme", "projects": [{"name": "Site", **fields}]}]


@pytest.fixture
def digest(sandbox: Embedded) -> str:
    """The digest of a plan that gives a project a note and creates a tag; the plan is saved, and redacted as well."""
    sandbox.declare(clients=site(note="old"))
    assert sandbox.apply()[0] == 0
    sandbox.declare(clients=site(note=NOTE), tags=["urgent"])
    assert sandbox.plan("-o", "redacted.json", "--redact")["digest"] == sandbox.plan("-o", "plan.json")["digest"]
    return str(sandbox.plan()["digest"])


def edit(sandbox: Embedded) -> None:
    """Another hand changes the note and creates the tag."""
    project = sandbox.stored("projects", "Site")
    sandbox.call("PUT", f"projects/{project['id']}", {"name": "Site", "note": "edited"})
    sandbox.call("POST", "tags", {"name": "urgent"})


def forget(sandbox: Embedded) -> None:
    """Be another machine: without records of planned changes."""
    shutil.rmtree(sandbox.desk.folder / ".reconciler" / "planned")


def apply(sandbox: Embedded, digest: str, *words: str) -> Result:
    return sandbox.run("apply", "-q", "--approve", digest, *words)


@pytest.mark.parametrize("words", [(), ("--plan-file", "plan.json"), ("--plan-file", "redacted.json")])
def test_what_moved_is_named_by_address_and_field(sandbox: Embedded, digest: str, words: tuple[str, ...]) -> None:
    if words:
        forget(sandbox)
    edit(sandbox)
    refused = apply(sandbox, digest[:30], *words)
    assert refused.exit_code == 3
    assert "moved since the approved plan of 20" in refused.stderr
    assert (
        "\n  project:Acme/Site note changed live\n  tag:urgent is no longer created\nhint: to approve" in refused.stderr
    )
    assert NOTE not in refused.stderr.partition("error:")[2]
    assert sandbox.writes() == []


@pytest.mark.parametrize("words", [(), ("--plan-file", "plan.json"), ("--plan-file", "redacted.json")])
def test_where_nothing_moved_the_plan_is_applied(sandbox: Embedded, digest: str, words: tuple[str, ...]) -> None:
    forget(sandbox)
    applied = apply(sandbox, digest, *words)
    assert applied.exit_code == 0, applied.stderr
    assert sandbox.stored("projects", "Site")["note"] == NOTE


def test_without_a_record_the_digest_alone_decides(sandbox: Embedded, digest: str) -> None:
    forget(sandbox)
    edit(sandbox)
    refused = apply(sandbox, digest)
    assert refused.exit_code == 3
    assert "the approval is of another plan: its digest is not this plan's\nhint: to approve" in refused.stderr


def test_a_plan_file_is_verified_also_beside_a_class(sandbox: Embedded, digest: str) -> None:
    edit(sandbox)
    refused = sandbox.run("apply", "-q", "--approve", "non-destructive", "--plan-file", "redacted.json")
    assert refused.exit_code == 3
    assert "error: the plan is not the one in redacted.json: its digest is another; moved since" in " ".join(
        refused.stderr.split()
    )
    other = apply(sandbox, "0" * 16, "--plan-file", "plan.json")
    assert other.exit_code == 3
    assert f"plan.json is not the plan that is approved: its digest is {digest}" in " ".join(other.stderr.split())
    sandbox.declare(clients=site(note="edited"))
    fresh = sandbox.plan("-o", "fresh.json", "--redact")
    assert not fresh["changes"]


def test_a_forged_record_is_named_and_ignored(sandbox: Embedded, digest: str) -> None:
    path = sandbox.desk.folder / ".reconciler" / "planned" / f"{digest.removeprefix('sha256:')}.json"
    path.write_text(path.read_text().replace("tag:urgent", "tag:other"))
    edit(sandbox)
    refused = apply(sandbox, digest)
    assert (
        f"warning: the record .reconciler/planned/{path.name} is ignored: the record of planned changes is damaged"
        in refused.stderr
    )
    assert "moved since" not in refused.stderr
    assert "Traceback" not in refused.output


def test_a_redacted_plan_has_no_value_and_is_not_applied_alone(sandbox: Embedded, digest: str) -> None:
    text = (sandbox.desk.folder / "redacted.json").read_text()
    assert NOTE not in text
    assert json.loads(text)["format"] == FORMAT
    assert json.loads(text)["digest"] == digest
    refused = sandbox.run("apply", "redacted.json", "--approve", digest)
    assert refused.exit_code == 3
    assert "redacted.json is a redacted plan: it has no values, so it cannot be applied alone" in refused.stderr
    assert sandbox.run("apply", "plan.json", "--plan-file", "redacted.json").exit_code == 64
    assert sandbox.run("plan", "--redact").exit_code == 64
    assert (
        "saved the plan without its values to redacted.json"
        in sandbox.run("plan", "-o", "redacted.json", "--redact").stderr
    )
    printed = " ".join(sandbox.run("plan", "-o", "redacted.json", "--redact").stdout.replace("\\\n", "").split())
    assert f"workspace.yaml --plan-file redacted.json --approve {digest.removeprefix('sha256:')[:16]}" in printed


def test_a_redacted_plan_is_shown_without_values(sandbox: Embedded, digest: str) -> None:
    shown = sandbox.desk.call("show", "redacted.json")
    assert "update project:Acme/Site note" in " ".join(shown.stdout.split())
    assert "create tag:urgent" in shown.stdout
    assert sandbox.desk.call("show", "redacted.json", "--digest").stdout == f"{digest}\n"
    assert json.loads(sandbox.desk.call("show", "redacted.json", "--json").stdout)["digest"] == digest
    assert "no values to show as html" in sandbox.desk.call("show", "redacted.json", "--format", "html").stderr
    (sandbox.desk.folder / "broken.json").write_text('{"format": "reconciler.planned/1"}')
    broken = sandbox.desk.call("show", "broken.json")
    assert (broken.exit_code, "the record of planned changes is damaged" in broken.stderr) == (3, True)
    assert "ends in .json" in sandbox.run("apply", "--plan-file", "redacted").stderr
    (sandbox.desk.folder / "broken.json").write_text("{")
    assert "broken.json is not a reconciler plan file" in sandbox.desk.call("show", "broken.json").stderr


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    at = now() + timedelta(days=days)
    monkeypatch.setattr(approving, "now", lambda: at)


def expiring(sandbox: Embedded) -> str:
    sandbox.declare(tags=["one"], policy={"plan_expires": "P3D"})
    return str(sandbox.plan("-o", "plan.json")["digest"])


def test_a_plan_that_is_too_old_is_refused(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = expiring(sandbox)
    later(monkeypatch, 4)
    for words in (("plan.json",), ("--plan-file", "plan.json"), ()):
        refused = apply(sandbox, digest, *words)
        assert refused.exit_code == 3
        assert "has expired: plans expire after P3D (policy.plan_expires)" in " ".join(refused.stderr.split())
        assert sandbox.writes() == []
    # An apply that nobody approves makes it no younger.
    assert sandbox.run("apply", "-q").exit_code == 3
    assert "has expired" in apply(sandbox, digest).stderr


def test_a_plan_of_an_unknown_time_is_refused_also_the_second_time(sandbox: Embedded) -> None:
    digest = expiring(sandbox)
    forget(sandbox)
    for _ in range(2):
        refused = apply(sandbox, digest)
        assert refused.exit_code == 3
        assert "the time of the plan is not known, and plans expire after P3D" in " ".join(refused.stderr.split())
    assert apply(sandbox, digest, "--plan-file", "plan.json").exit_code == 0


def test_a_plan_that_is_made_and_approved_in_one_command_is_new(
    sandbox: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = expiring(sandbox)
    forget(sandbox)
    assert sandbox.run("apply", "-q").exit_code == 3  # shown without an approval: that is when it was made
    assert apply(sandbox, digest).exit_code == 0
    sandbox.declare(tags=["one", "two"], policy={"plan_expires": "P3D"})
    later(monkeypatch, 4)
    assert apply(sandbox, "additive").exit_code == 0


def test_a_run_that_was_begun_in_time_is_finished(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.declare(tags=["one", "two"], policy={"plan_expires": "P3D"})
    digest = sandbox.plan("-o", "plan.json")["digest"]
    asked = sandbox.app
    sandbox.refuse("POST", "/tags")
    assert apply(sandbox, digest).exit_code in (1, 4)
    sandbox.app = asked  # type: ignore[method-assign]
    later(monkeypatch, 4)
    assert apply(sandbox, digest).exit_code == 0
    assert sandbox.stored("tags", "two")


def test_a_record_that_cannot_be_written_is_a_note(sandbox: Embedded) -> None:
    sandbox.declare(tags=["one"])
    folder = sandbox.desk.folder / ".reconciler"
    folder.mkdir(exist_ok=True)
    (folder / "planned").write_text("")
    planned = sandbox.run("plan")
    assert (planned.exit_code, "note: cannot record the planned changes in .reconciler/planned" in planned.stderr) == (
        0,
        True,
    )
    assert instant_text(now()).endswith("Z")
