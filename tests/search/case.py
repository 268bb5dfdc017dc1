"""One case: a live state, a story, switches and a gateway, all drawn from one number; and how it is played and judged."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.search.forecast_oracles import forecast_of, forecast_problems
from tests.search.live import Live
from tests.search.model import Model
from tests.search.oracles import Applied, Problem, duplicates, entry_problems
from tests.search.plan_oracles import left_out_problems, plan_problems, rename_problems, spoken_problems
from tests.search.settings import hides_something, is_hindered, make_switches, switches_of
from tests.search.simulated_user import WORKSPACE, Json, Ran, User, allowances
from tests.search.stories import in_files, make_story, shuffled
from tests.search.undo_oracles import undo_problems
from tests.search.worlds import Item, World, make_world, populate
from tests.search.write_oracles import write_problems

GATEWAYS = ("sandbox", "sandbox", "sandbox", "maton", "clockify")
MAX_SESSIONS = 4
_EXPECTED = {0: "done", 1: "failed", 3: "refused", 4: "in part"}


@dataclass
class Case:
    """Everything that a case consists of, as plain data. `seed` is what it was drawn from."""

    seed: int
    switches: list[str]
    gateway: str
    world: World
    story: list[Item]

    @classmethod
    def drawn(cls, seed: int) -> Case:
        """The case of a number."""
        random = Random(f"search {seed}")
        switches = make_switches(random)
        gateway = random.choice(GATEWAYS)
        world = make_world(random, switches_of(switches))
        if (
            "last_page=false" in switches
        ):  # short pages without a word of further ones: no client can read such a service
            switches = [text for text in switches if text != "page_cap=2"]
        return cls(seed, switches, gateway, world, make_story(random, world))

    def run(self) -> Played:
        """Play it from the start; every violated oracle, up to the first step that has one."""
        with tempfile.TemporaryDirectory(prefix="search") as folder:
            user = User(Path(folder), self.switches, self.gateway)
            try:
                populate(user.store, user.workspace, self.world)
                return _Play(self, user).play()
            finally:
                user.close()


@dataclass
class Played:
    """What came of a case. `forecast` and `sent` add up the requests of its applies and undos without trouble."""

    problems: list[Problem] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    forecast: int = 0
    sent: int = 0
    step: int = -1
    commands: list[str] = field(default_factory=list)


class _Play:
    """One case being played."""

    def __init__(self, case: Case, user: User) -> None:
        self.case, self.user, self.played = case, user, Played()
        self.protect: list[str] = []
        """The patterns that are in force."""
        self.tried: list[str] = []
        """Those of all manifests so far: an apply that wrote nothing may have put them in force."""
        self.people = {record["id"]: record["email"] for record in user.store.records("user")}
        self.recorded: dict[str, tuple[str, ...]] = {}
        """The ids of what runs renamed while they exchanged names, with the names from the top that they gave."""
        self.is_hindered = is_hindered(case.switches)

    def play(self) -> Played:
        for number, step in enumerate(self.case.story):
            self.played.step = number
            self.played.problems += self.step(step)
            if self.played.problems:
                break
        self.played.commands = self.user.commands
        return self.played

    def end(self, how: str) -> None:
        self.played.endings.append(how)

    def crash(self, ran: Ran, what: str) -> Iterator[Problem]:
        """A command that ended in a traceback, or wrote although it never may."""
        if ran.crash:
            lines = ran.crash.strip().splitlines()
            places = [line.strip() for line in lines if "/reconciler/" in line or "/tests/" in line]
            yield Problem("crash", "\n  ".join((f"{what}: {lines[-1][:300]}", *places[-8:])))

    def step(self, step: Item) -> Iterator[Problem]:
        """Plan, allow what is to be allowed, approve, apply, look, plan again, undo."""
        manifest = {"workspace": WORKSPACE, **step["manifest"]}
        paths = self.files(manifest, step["files"])
        before = Live(self.user.snapshot())
        ran, plan = self.user.plan(paths)
        yield from self.crash(ran, "plan")
        if ran.writes or self.user.snapshot() != before.snapshot:
            yield Problem("plan writes", str([f"{w.method} {w.path}" for w in ran.writes]))
        if plan is None:
            yield from self.refused(ran)
            return
        model = Model(step["manifest"], before, has_journal=self.played.step > 0, recorded=dict(self.recorded))
        if not hides_something(self.case.switches):
            yield from rename_problems(model, plan)
            yield from spoken_problems(model, plan)
        words = allowances(plan)
        if words:
            ran, plan = self.user.plan(paths, *words)
            yield from self.crash(ran, "plan with allowances")
            if plan is None:
                yield Problem("plan", f"it does not come again: {ran.message}")
                return
        yield from plan_problems(model, plan, (self.protect, self.tried), self.case.switches)
        self.tried += step["manifest"].get("policy", {}).get("protect", ())
        if "shuffled" in step:
            yield from self.digest(step, manifest, words, plan)
        if plan["summary"]["blocked"]:
            yield from self.blocked(step, paths, words, plan, before)
            return
        yield from self.apply(step, paths, words, plan, model)

    def files(self, manifest: Json, number: int, folder: str = "manifests") -> list[str]:
        """Write a manifest; the paths to give to a command."""
        for name, text in in_files(manifest, number):
            self.user.write(f"{folder}{number}-{len(self.user.commands)}/{name}", text)
        return [str(self.user.folder / f"{folder}{number}-{len(self.user.commands)}")]

    def refused(self, ran: Ran) -> Iterator[Problem]:
        """No plan at all: only for an invalid manifest, an ambiguous one, or a service that refuses to be read."""
        self.end(f"no plan: {ran.error}")
        if ran.code not in (1, 3) or not ran.message:
            yield Problem("exit", f"plan ended with {ran.code}: {ran.message}")
        if ran.error not in ("ManifestError", "PlanningError") and not hides_something(self.case.switches):
            yield Problem("no plan", ran.message)

    def digest(self, step: Item, manifest: Json, words: list[str], plan: Json) -> Iterator[Problem]:
        """The digest is that of the same resources in other files and in another order."""
        random = Random(step["shuffled"])
        paths = self.files(shuffled(manifest, random), step["shuffled"] % 4, "shuffled")
        ran, other = self.user.plan(paths, *words)
        yield from self.crash(ran, "plan of shuffled files")
        if other is None or other["digest"] != plan["digest"]:
            yield Problem("digest", f"other files or order, other digest: {ran.message or _difference(plan, other)}")

    def blocked(self, step: Item, paths: list[str], words: list[str], plan: Json, before: Live) -> Iterator[Problem]:
        """A blocked plan is refused; without its blocked changes it can be applied."""
        self.end("blocked: " + ", ".join(sorted({c["blocked"]["guard"] for c in plan["changes"] if c["blocked"]})))
        ran = self.user.run("apply", *paths, *words, "--approve", plan["digest"], "-q")
        yield from self.crash(ran, "apply of a blocked plan")
        if ran.code != 3 or ran.writes or self.user.snapshot() != before.snapshot:
            yield Problem("refusal", f"apply of a blocked plan ended with {ran.code}, {len(ran.writes)} writes")
        if not step.get("except_blocked"):
            return
        ran, rest = self.user.plan(paths, *words, "--except-blocked")
        yield from self.crash(ran, "plan --except-blocked")
        if rest is None or not rest["changes"] or rest["summary"]["blocked"]:
            return
        yield from left_out_problems(plan, rest, before)
        ran = self.user.run("apply", *paths, *words, "--except-blocked", "--approve", rest["digest"], "-q")
        yield from self.crash(ran, "apply --except-blocked")
        after = Live(self.user.snapshot())
        self.record(rest, before, after)
        yield from write_problems(rest, ran.writes, before, after)
        yield from duplicates(before, after)
        yield from entry_problems(before, after, step["manifest"])
        if ran.code != 0 and not self.is_hindered:
            yield Problem("exit", f"apply --except-blocked ended with {ran.code}: {ran.message}")
        before_that = self.protect if ran.code else []
        self.protect = [*before_that, *step["manifest"].get("policy", {}).get("protect", ())]

    def apply(self, step: Item, paths: list[str], words: list[str], plan: Json, model: Model) -> Iterator[Problem]:
        """Apply, with the trouble of the step; then without, until it is done."""
        arguments = [*paths, *words, "--approve", plan["digest"]]
        if step["saved"]:
            saved = self.user.run("plan", *paths, *words, "-o", str(self.user.folder / "plan.json"))
            yield from self.crash(saved, "plan -o")
            arguments = [str(self.user.folder / "plan.json"), "--approve", plan["digest"]]
        if step.get("verify"):
            arguments += ["--verify", "read"]
        self.user.line.use(step.get("trouble"))
        ran = self.user.run("apply", *arguments)
        met = self.user.line.met
        self.user.line.use(None)
        yield from self.crash(ran, "apply")
        writes = list(ran.writes)
        yield from self.session_problems(ran, model.live, met=met)
        sessions = 1
        while ran.code != 0 and met and sessions < MAX_SESSIONS:
            before = self.user.snapshot()
            ran = self.user.run("apply", *arguments)
            sessions += 1
            writes += ran.writes
            yield from self.crash(ran, f"apply number {sessions}")
            if ran.code == 3 and (ran.writes or before != self.user.snapshot()):
                yield Problem("refusal", f"exit 3 after {len(ran.writes)} writes: {ran.message}")
        after = Live(self.user.snapshot())
        self.end(("" if not met else f"{step['trouble']['kind']}, ") + _EXPECTED.get(ran.code or 0, str(ran.code)))
        self.record(plan, model.live, after)
        yield from write_problems(plan, writes, model.live, after)
        if ran.code != 0:
            if not self.is_hindered:
                yield Problem(
                    "unfinished", f"session {sessions} ended with {ran.code}: {ran.message} {ran.output[-900:]}"
                )
            yield from duplicates(model.live, after)
            yield from entry_problems(model.live, after, model.manifest)
            return
        if not met and plan["changes"]:
            self.played.forecast += forecast_of(ran) or 0
            self.played.sent += len(ran.log)
            verifies = bool(step.get("verify"))
            yield from forecast_problems("apply", plan, ran, self.case.switches, verifies=verifies)
        yield from self.outcome(model, plan, after).problems()
        self.protect = list(model.manifest.get("policy", {}).get("protect", ()))
        yield from self.again(paths, words)
        if step.get("undo") and plan["changes"] and not self.is_hindered:
            yield from self.undo(model, after)

    def outcome(self, model: Model, plan: Json, after: Live) -> Applied:
        """What a plan that was carried out is judged by, under the switches of the case."""
        switches = self.case.switches
        omits = [text.removeprefix("omits=").split("+") for text in switches if text.startswith("omits=")]
        return Applied(
            model,
            plan,
            after,
            self.people,
            is_lossy=any(text.startswith("refuse_fields") for text in switches),
            omitted=[key for keys in omits for key in keys],
            is_member="role=member" in switches,
            hides_done="hydrated=without-done" in switches,
        )

    def record(self, plan: Json | None, before: Live, after: Live) -> None:
        """Note what was renamed or moved by a plan that exchanges names; an undo (None) leads back behind all of that."""
        moved = [key for key in after.things if key in before.things and after.place(key) != before.place(key)]
        for key in moved if plan is None else ():
            self.recorded.pop(key, None)
        if plan is not None and any("rename" in change["steps"] for change in plan["changes"]):
            self.recorded |= {key: after.path(after.things[key]) for key in moved}

    def session_problems(self, ran: Ran, before: Live, *, met: bool) -> Iterator[Problem]:
        """The exit code and the state agree."""
        is_same = self.user.snapshot() == before.snapshot
        if ran.code in (1, 3) and not is_same and not met:
            yield Problem("exit", f"exit {ran.code}, and the workspace changed: {ran.message}")
        if ran.code == 3 and not met:
            yield Problem("stale", f"a fresh plan is refused: {ran.message}")
        if ran.code == 4 and not met and not self.is_hindered:
            yield Problem("unfinished", f"exit 4 without any trouble: {ran.output[-900:]}")

    def again(self, paths: list[str], words: list[str]) -> Iterator[Problem]:
        """The same manifests plan to nothing now."""
        ran, plan = self.user.plan(paths, *words)
        yield from self.crash(ran, "plan after apply")
        if plan is None:
            yield Problem("replan", f"no plan after apply: {ran.message}")
        elif plan["changes"]:
            left = [(c["action"], c["address"], c["fields"]) for c in plan["changes"]]
            yield Problem("replan", f"changes after apply: {left}")

    def undo(self, model: Model, after: Live) -> Iterator[Problem]:
        """The undo, applied: what it does not say cannot come back is as it was."""
        ran, undo = self.user.undo()
        yield from self.crash(ran, "undo")
        if undo is None:
            yield Problem("undo", f"no undo: {ran.message}")
            return
        if words := allowances(undo):
            ran, undo = self.user.undo(*words)
            yield from self.crash(ran, "undo with allowances")
        if undo is None:
            yield Problem("undo", f"no undo with allowances: {ran.message}")
            return
        if undo["summary"]["blocked"] or not undo["changes"]:
            self.end("undo blocked" if undo["changes"] else "undo empty")
            yield from undo_problems(model.live, after, after, undo)
            return
        self.user.run("undo", "latest", *words, "-o", str(self.user.folder / "undo.json"))
        ran = self.user.run("apply", str(self.user.folder / "undo.json"), "--approve", undo["digest"])
        yield from self.crash(ran, "apply of the undo")
        back = Live(self.user.snapshot())
        self.end(f"undo {ran.code}")
        if ran.code != 0:
            yield Problem("undo", f"apply of the undo ended with {ran.code}: {ran.message} {ran.output[-900:]}")
        else:
            self.played.forecast += forecast_of(ran) or 0
            self.played.sent += len(ran.log)
            yield from forecast_problems("undo", undo, ran, self.case.switches, verifies=False)
        self.record(None, after, back)
        yield from write_problems(undo, ran.writes, after, back)
        yield from duplicates(model.live, back)
        yield from undo_problems(model.live, after, back, undo)


def _difference(one: Json, other: Json | None) -> str:
    """What differs between the meanings of two plans."""
    if other is None:
        return "no plan"
    first, second = ([{**change, "source": ""} for change in plan["changes"]] for plan in (one, other))
    odd: list[Any] = [c for c in first if c not in second][:2] + [c for c in second if c not in first][:2]
    return f"{odd or (one['policy'], other['policy'], one['allowances'], other['allowances'])}"[:900]
