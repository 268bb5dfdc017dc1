"""Literal plans that the tests of this room render: an ordinary one, a hostile one, a large one, an empty one."""

from __future__ import annotations

from typing import Any

from reconciler.model import Address
from reconciler.planning.plan import (
    Action,
    Blocked,
    Change,
    Excluded,
    FieldChange,
    Forecast,
    Impact,
    Plan,
    Proof,
    Step,
    Target,
)
from reconciler.planning.precondition import Precondition
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.state import AccessRole, ListProof, Policy, SourceFile

TARGET = Target("maton", "https://api.maton.ai", "64a1c0ffee0000000000beef", "Acme Studio")

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "a|b",
    "<script>alert(1)</script>",
    "@everyone",
    "`rm -rf`",
    "two\nlines",
    "\u202egnp.exe",
    "👩‍👩‍👧 family",
    "Cafe\u0301",
    "x" * 250,
    "漢字" * 30,
    "::error::boo",
    "##[group]boo",
    "#123 fixes",
    "https://evil.example/x",
    "</td></tr><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "back\\slash|pipe",
    "zero\u200bwidth",
    "$x$ and :+1:",
    " edges ",
)
"""Names that could be chosen in Clockify to mislead the reader of a plan."""


def create(address: str, **fields: Any) -> Change:
    """A creation with the given fields."""
    return Change(
        Address.parse(address),
        Action.CREATE,
        (Step.CREATE,),
        fields=tuple(FieldChange(name, None, value) for name, value in fields.items()),
        reason="not in the workspace",
        source="workspace.yaml:12:5",
    )


def update(address: str, live: str = "", **fields: tuple[Any, Any]) -> Change:
    """An update of fields, each given as (before, after)."""
    return Change(
        Address.parse(address),
        Action.UPDATE,
        (Step.UPDATE,),
        id="id-" + address[-6:],
        fields=tuple(FieldChange(name, before, after) for name, (before, after) in fields.items()),
        precondition=Precondition(
            Address.parse(live or address), values={name: before for name, (before, _) in fields.items()}
        ),
        reason="differs from the manifests",
        source="workspace.yaml:20:3",
    )


def removal(address: str, action: Action, impact: Impact, blocked: Blocked | None = None) -> Change:
    """A removal of what the manifests do not list."""
    kind = address.partition(":")[0]
    first = {"task": Step.DONE}.get(kind, Step.ARCHIVE)
    last = (Step.DELETE,) if action is Action.DELETE else ()
    return Change(
        Address.parse(address),
        action,
        last if kind == "tag" else (first, *last),
        id="id-" + address[-6:],
        precondition=Precondition(Address.parse(address), values={"archived": False}),
        reason=f"not in the manifests (policy.prune.{kind}s: {action})",
        impact=impact,
        blocked=blocked,
        removal=True,
    )


def _plan(*changes: Change, **more: Any) -> Plan:
    return Plan(
        target=TARGET,
        changes=changes,
        policy=Policy(),
        sources=(SourceFile("workspace.yaml", "ab" * 32),),
        tool_version="0.1.0",
        created_at="2026-01-02T03:04:05Z",
        **more,
    )


def plan(*changes: Change) -> Plan:
    """A plan of these changes."""
    return _plan(*changes)


def _pair(create: str, remove: str, *was: str) -> RenameCandidate:
    """A created resource that looks like a removed one."""
    return RenameCandidate(Address.parse(create), Address.parse(remove), was, 87)


def ordinary() -> Plan:
    """Every action, a rename, a move, lists, long text, a ring, blocked changes, warnings: a plan as one meets it."""
    budget = Blocked("budget", "would remove 2 of 5 projects; the limit is 1", "--allow-removals projects=2")
    return _plan(
        update(
            "client:Acme Corp",
            "client:ACME",
            name=("ACME", "Acme Corp"),
            cc_emails=(("a@x.example",), ("b@x.example",)),
        ),
        create(
            "project:Acme Corp/Website", color="#1976D2", billable=True, estimate="PT120H", note="Relaunch of the site"
        ),
        create("task:Acme Corp/Website/Design", estimate="PT8H", assignees=("jo@acme.example", "mo@acme.example")),
        create("task:Acme Corp/Website/Build"),
        Change(
            Address.parse("project:Acme Corp/Intranet"),
            Action.RESTORE,
            (Step.RESTORE,),
            id="id-intranet",
            fields=(
                FieldChange("archived", before=True, after=False),
                FieldChange("billable", before=True, after=False),
            ),
            precondition=Precondition(
                Address.parse("project:ACME/Intranet"), values={"archived": True, "billable": True}
            ),
            reason="declared active, archived in the workspace",
            source="workspace.yaml:31:9",
        ),
        update(
            "project:Globex/Shop", "project:ACME/Shop", client=("ACME", "Globex"), note=("n" * 300, "n" * 299 + "m")
        ),
        update("task:Globex/Shop/Support", status=("done", "active"), estimate=("PT2H", None)),
        Change(
            Address.parse("tag:urgent"),
            Action.UPDATE,
            (Step.RENAME, Step.UPDATE),
            id="id-urgent",
            fields=(FieldChange("name", "later", "urgent"),),
            precondition=Precondition(Address.parse("tag:later"), values={"archived": False}),
            reason="`was: later`",
            source="workspace.yaml:3:5",
            temporary_name="later (reconciler 1)",
        ),
        removal("task:ACME/Shop/Old", Action.DELETE, Impact(0, 0)),
        removal(
            "project:ACME/Legacy",
            Action.ARCHIVE,
            Impact(45_000, 34, users=3, last_used="2026-02-12", running=1, name_free=False),
            budget,
        ),
        removal(
            "project:Internal",
            Action.DELETE,
            Impact(0, 0, (Address.parse("task:Internal/One"), Address.parse("task:Internal/Two"))),
            budget,
        ),
        removal("client:Initech", Action.DELETE, Impact(None, None)),
        removal("tag:obsolete", Action.DELETE, Impact(0, 1, users=1, last_used="2025-11-30", name_free=True)),
        rename_candidates=(
            _pair("project:Acme Corp/Website", "project:ACME/Legacy", "ACME", "Legacy"),
            RenameCandidate(
                Address.parse("task:Acme Corp/Website/Build"), Address.parse("task:ACME/Legacy/Build"), (), 100
            ),
        ),
        unmanaged={"clients": 1, "projects": 0, "tasks": 3, "tags": 0},
        warnings=("deleting tag:obsolete reserves its name: Clockify accepts no new tag with that name",),
        forecast=Forecast(reading=4, writing=16, verifying=2, seconds=0.44),
        withdrawn=("project:ACME/*",),
        proof=Proof(
            (ListProof("clients", 5, 1, "Last-Page: true"), ListProof("projects", 1200, 2, "Last-Page: true")),
            AccessRole.OWNER,
            "c0nnect10n",
        ),
        excluded=(
            Excluded(Address.parse("client:Umbrella"), Action.DELETE, "protect: protected by 'client:Umbrella'", True),  # noqa: FBT003 - a field, not a switch
            Excluded(Address.parse("project:Umbrella/Site"), Action.CREATE, "needs client:Umbrella, which is excluded"),
        ),
    )


def hostile() -> Plan:
    """Every hostile name as a client, project, task, tag, field value, reason, source and warning."""
    changes: list[Change] = []
    pairs: list[RenameCandidate] = []
    for bad in HOSTILE:
        client = Address("client", (bad,))
        project = client.child("project", bad)
        task = project.child("task", bad)
        changes += [
            update(str(client), name=(f"{bad}-old", bad), note=(bad, f"{bad} {bad}"), cc_emails=((bad,), ())),
            create(str(project), note=bad),
            create(str(task), assignees=(bad, bad)),
            Change(
                Address("tag", (bad,)),
                Action.DELETE,
                (Step.ARCHIVE, Step.DELETE),
                id=bad,
                reason=f"not in the manifests: {bad}",
                source=f"{bad}.yaml:1:1",
                impact=Impact(None, 3, (task,)),
                blocked=Blocked("look_alike", f"looks like {bad}", f"--allow-removal 'tag:{bad}'"),
                temporary_name=bad,
                removal=True,
            ),
        ]
        pairs.append(RenameCandidate(project, Address("project", (bad,)), ("", bad), 99))
    target = Target(HOSTILE[0], HOSTILE[14], HOSTILE[5], HOSTILE[2])
    return Plan(
        target,
        tuple(changes),
        sources=(SourceFile("workspace.yaml", "ab" * 32),),
        warnings=HOSTILE,
        forecast=Forecast(1, 2, 3, 4.5),
        rename_candidates=tuple(pairs),
        withdrawn=HOSTILE,
        proof=Proof(tuple(ListProof(bad, 1, 1, bad) for bad in HOSTILE), AccessRole.LIMITED, HOSTILE[0]),
        excluded=tuple(Excluded(Address("tag", (bad,)), Action.DELETE, bad) for bad in HOSTILE),
    )


def large(tasks: int = 40, projects: int = 3) -> Plan:
    """A default that changes on many tasks, and many removals."""
    changes = [
        update(f"task:Acme/P{p}/Task {t}", billable=(True, False)) for p in range(projects) for t in range(tasks)
    ]
    changes += [removal(f"tag:old {t}", Action.DELETE, Impact(0, 0)) for t in range(tasks)]
    return _plan(*changes, forecast=Forecast(4, len(changes), 0, 1.5))


def empty() -> Plan:
    """A plan without changes."""
    return _plan(
        unmanaged={"clients": 2, "projects": 0, "tasks": 0, "tags": 0}, forecast=Forecast(reading=4, seconds=0.08)
    )
