"""Workspaces for round trips: the random ones of the search, with hostile names and values strewn in, on a sandbox with switches."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from reconciler.applying import apply, approve
from reconciler.cli.terminal.output import document
from reconciler.errors import ReconcilerError
from reconciler.gateway import GatewayConfig, Rate, Reader, open_reader, open_writer
from reconciler.live import choose_workspace, read, read_everything
from reconciler.manifest import load
from reconciler.manifest.export import MAIN_FILE, Exported, ExportOptions, export_manifest
from reconciler.planning import Plan, Target, make_plan
from reconciler.sandbox import LoggedRequest, Store, Switches, blank, create_app
from reconciler.state import Live
from tests.search.settings import switches_of
from tests.search.worlds import World, make_world, populate

WORKSPACE = "Studio"
NOTHING: World = {"clients": [], "projects": [], "tags": [], "entries": []}
CONFIG = {"key": "any-k3y-will-do", "rate": Rate.parse("100000/s")}
NAMES = (
    "null", "~", "true", "No", "2024", "1.5", "0x1F", "2026-01-31", "12:30", "- item", "a: b", "C# #1", "#1976D2", "@home", "[list]", "{a}", "*star", "&and",
    "!tag", "|", ">", "%x", "`tick`", "'single'", '"double"', "back\\slash", "a/b", "👩‍👩‍👧", "日本語　全角", "שלום עולם", "cafe\u0301", "zero\u200bwidth", "a\u00a0b",
    "tab\there", "bell\x07", " blank ", "line\nbreak", "<b>", "x" * 90, "y" * 300, "=1+1", "+cmd", "##[group]x", "::warning::", "${HOME}", "{{ x }}", "z",
    "\u202eevil", "e\u0301", "K\u212a", "...", "---", "key:", "\ud800",
)  # fmt: skip
NOTES = (
    "plain", "two\nlines", "  lead", "trail ", "a\n\nb\n", "a\r\nb", "tab\tx", "# no comment", "a: b\n- c\n", "<script>", "\x07", "e\u0301", "\u200b\nx", "x" * 200,
    "---\n...", "##[error]x\ny", "null", "end\n\n\n", "\n", " ", "’quoted’", "👩‍👩‍👧\n👩‍👩‍👧",
)  # fmt: skip


def strew(random: Random, store: Store, workspace: str) -> None:
    """Give a part of what is stored hostile names and values, as a service with other rules than ours may hold them."""
    with store.transaction():
        for kind in ("client", "project", "task", "tag"):
            for record in store.records(kind, workspace):
                changed = dict(_strewn(random, kind, record))
                if changed:
                    store.save(kind, {**record, **changed})
        if random.random() < 0.1:
            _without_cents(store, workspace)


def _without_cents(store: Store, workspace: str) -> None:
    record = store.load("workspace", workspace) or {}
    currencies = [
        {**currency, "code": "JPY"} if currency["isDefault"] else currency for currency in record["currencies"]
    ]
    store.save("workspace", {**record, "currencies": currencies})


def _strewn(random: Random, kind: str, record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    def chance(share: float) -> bool:
        return random.random() < share

    if chance(0.15):
        yield "name", random.choice(NAMES[:-1])  # JSON of the sandbox cannot hold a lone surrogate
    if "note" in record and chance(0.25):
        yield "note", random.choice(NOTES)
    if kind == "client":
        if chance(0.15):
            yield "email", random.choice(("no address", "A@B.example", "", None))
        if chance(0.1):
            yield "ccEmails", random.choice((["a@x.example"] * 2, [f"{n}@x.example" for n in range(5)], []))
    if kind == "project":
        yield from _strewn_project(random, record)
    if kind == "task" and chance(0.1):
        yield "assigneeIds", ["unknown-user"]
    if kind == "task" and chance(0.1):
        yield "estimate", random.choice(("PT1H30M", "PT99999999H", "PT90M", None))


def _strewn_project(random: Random, record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if random.random() < 0.15:
        member = dict(record["memberships"][0])
        added = random.choice(
            (
                {**member, "userId": "unknown-user"},
                {**member, "userId": "group-9", "membershipType": "USERGROUP"},
                {**member, "hourlyRate": {"amount": 5050, "currency": "USD"}},
            )
        )
        yield "memberships", [*record["memberships"], added] if random.random() < 0.7 else [added]
    if random.random() < 0.1:
        yield "color", random.choice(("#abcdef", "", None, "red"))
    if random.random() < 0.1:
        budget = {"estimate": 123, "type": random.choice(("MANUAL", "AUTO")), "active": True, "resetOption": "MONTHLY"}
        yield "budgetEstimate", {**budget, "includeExpenses": True}
    if random.random() < 0.1:
        yield "timeEstimate", {**record["timeEstimate"], "type": "AUTO", "active": True, "includeNonBillable": False}
    if random.random() < 0.1:
        yield "hourlyRate", {"amount": random.choice((1, 9_999_999_999, 0)), "currency": "USD"}


@dataclass
class Bench:
    """A workspace of the sandbox under switches, and what was asked of it."""

    store: Store
    app: Any

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A client that can only read."""
        with open_reader(GatewayConfig("sandbox", app=self.app, **CONFIG)) as reader:  # type: ignore[arg-type]
            yield reader

    @property
    def log(self) -> list[LoggedRequest]:
        """The requests that were served."""
        return list(self.app.state.log)

    def read(self, *, archived: bool) -> Live:
        """The state that an export starts from."""
        with self.reader() as reader:
            return read_everything(reader, choose_workspace(reader, None), archived=archived)

    def plan(self, exported: Exported) -> Plan:
        """The plan of the manifests, made as `reconciler plan` makes it."""
        texts = [text.encode() for text in exported.files.values()]
        desired = load(["-"], stdin=lambda: b"\n---\n".join(texts))
        with self.reader() as reader:
            workspace = choose_workspace(reader, desired.workspace)
            reading = read(reader, desired, workspace)
        target = Target("sandbox", "http://localhost", workspace.id, workspace.name)
        return make_plan(desired, reading.live, reading.usage, target=target, draft=reading.draft)


@contextmanager
def bench(seed: int, switches: Switches, *, is_hostile: bool = True, is_empty: bool = False) -> Iterator[Bench]:
    """The workspace of a number, or one with its people alone."""
    random = Random(f"export {seed}")  # noqa: S311 - a draw, no secret
    with Store(":memory:") as store:
        workspace = blank(store, WORKSPACE)
        owner = store.load("user", store.meta("caller")) or {}
        store.save("user", {**owner, "email": "owner@acme.example"})
        populate(store, workspace, NOTHING if is_empty else make_world(random, switches))
        if is_hostile:
            strew(random, store, workspace)
        yield Bench(store, create_app(store, switches))


def round_trip(seed: int, switches: list[str]) -> str:
    """What is wrong with the round trip of a number; empty if it plans to nothing."""
    random = Random(f"options {seed}")  # noqa: S311 - a draw, no secret
    archived, as_folder, is_part = (random.random() < share for share in (0.5, 0.3, 0.3))
    with bench(seed, switches_of(switches)) as found:
        try:
            live = found.read(archived=archived)
        except ReconcilerError as error:
            return f"cannot be read: {error.message}"
        addresses = sorted(live.resources)
        chosen = frozenset(random.sample(addresses, random.randint(0, len(addresses)))) if is_part else frozenset()
        selects = chosen.__contains__ if chosen else None
        exported = export_manifest(live, ExportOptions(archived=archived, as_folder=as_folder, selects=selects))
        if selects and not any(exported.counts.values()):
            return ""  # nothing of what is selected can be declared, which the command line refuses
        plan = found.plan(exported)
        assert {request.method for request in found.log} == {"GET"}
    assert all(document(text) == text for text in exported.files.values()), "stdout shows another text"
    return "\n".join(str((str(change.address), change.action, change.fields)) for change in plan.changes)


def lost_in_copy(seed: int) -> str:
    """What the text of a copy has otherwise than that of the original; a parent that no manifest can declare has no copy."""
    live = Switches(rate="off")
    with bench(seed, live, is_hostile=False) as found, bench(seed, live, is_hostile=False, is_empty=True) as copy:
        exported = export_manifest(found.read(archived=True), ExportOptions(archived=True))
        text = exported.files[MAIN_FILE]
        if "client: " in text:
            return ""
        desired = load(["-"], stdin=text.encode)
        with open_writer(GatewayConfig("sandbox", app=copy.app, **CONFIG)) as writer:  # type: ignore[arg-type]
            workspace = choose_workspace(writer, None)
            reading = read(writer, desired, workspace)
            target = Target("sandbox", "http://localhost", workspace.id, workspace.name)
            plan = make_plan(desired, reading.live, reading.usage, target=target, draft=reading.draft)
            if plan.changes:
                apply(approve(plan, plan.digest), writer, reading)
        again = export_manifest(copy.read(archived=True), ExportOptions(archived=True)).files[MAIN_FILE]
    return "\n".join(difflib.unified_diff(_declarations(text), _declarations(again), lineterm=""))


def _declarations(text: str) -> list[str]:
    """The lines without comments and policy: a copy has nothing that cannot be declared."""
    return [line for line in text.splitlines() if not line.startswith(("#", "policy:", "  prune:"))]
