"""The forecast of a plan is an upper bound of the requests of its apply, from the first to the last, and close to them."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from reconciler.applying import ApplyOptions, approve
from reconciler.cli import session as cli_session
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.gateway import GatewayConfig, Rate
from reconciler.planning.plan import Forecast
from reconciler.sandbox import Fault
from reconciler.state import Allowances
from tests.cli.altered_answers import blocks
from tests.cli.embedded import Embedded
from tests.cli.program import summary_of
from tests.planning.literals import AnyNumber, desired_of

FAST = Rate.parse("100000/s")
NAMES = ("Alpha", "Bravo", "Delta", "Gamma", "Omega", "Sigma")
KEEP = {"prune": {"clients": "keep", "projects": "keep", "tags": "keep"}}
DELETING = {"removal_budget": {"count": 99, "share": "100%"}, "tracked_time": "delete"}


def _some(random: Random, least: int = 0) -> list[str]:
    return random.sample(NAMES, random.randint(least, 4))


def _task(random: Random, name: str) -> dict[str, Any]:
    task: dict[str, Any] = {"name": name}
    if random.random() < 0.4:
        task["estimate"] = random.choice(["PT1H", "PT2H"])
    if random.random() < 0.3:
        task["billable"] = random.random() < 0.5
    if random.random() < 0.15:
        task["status"] = "done"
    return task


def _project(random: Random, name: str) -> dict[str, Any]:
    project: dict[str, Any] = {"name": name, "tasks": [_task(random, task) for task in _some(random)]}
    for key, values in {"note": ("a", "b"), "estimate": ("PT9H", "PT5H"), "archived": (True, False, False)}.items():
        if random.random() < 0.3:
            project[key] = random.choice(values)
    return project


def _manifest(seed: str) -> dict[str, Any]:
    random = Random(seed)  # noqa: S311 -- a test
    clients: list[dict[str, Any]] = [
        {"name": name, "note": random.choice("xyz"), "projects": [_project(random, one) for one in _some(random)]}
        for name in _some(random, 1)
    ]
    for client in clients:
        if random.random() < 0.3:
            client["cc_emails"] = [f"{random.choice('ab')}@acme.example"]
    return {"clients": clients, "tags": _some(random, 1), "policy": DELETING}


class Bench:
    """Plans and applies in this process, and counts."""

    def __init__(self, sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sandbox = sandbox

        def configure(settings: Settings, _: Any) -> GatewayConfig:
            key = "x" * 20
            connection = settings.connection
            return GatewayConfig(settings.gateway, key=key, rate=FAST, app=sandbox.app(), connection=connection)

        monkeypatch.setattr(cli_session, "configure_gateway", configure)

    def run(self, manifest: dict[str, Any], *, verifies: bool = False, **settings: Any) -> tuple[Forecast, int]:
        """The forecast of the plan, and the number of requests of its apply."""
        self.sandbox.sent.clear()
        chosen = Settings(gateway=settings.pop("gateway", "sandbox"), workspace=self.sandbox.workspace, **settings)
        with open_session(chosen, verifies=verifies) as session:
            prepared = session.prepare(desired_of(manifest), Allowances(AnyNumber(), except_blocked=True))
            plan = prepared.plan
            if plan.changes:
                report = session.apply(approve(plan, plan.digest), prepared, lambda _: None, options=ApplyOptions())
                assert [(o.change.address, o.message) for o in report.outcomes if o.message] == []
                assert report.requests == len(self.sandbox.sent)
        return plan.forecast, len(self.sandbox.sent)


@pytest.fixture
def bench(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(sandbox, monkeypatch)


@pytest.mark.parametrize("inline", ["kept", "ignored"])
def test_random_runs_send_at_most_the_forecast_and_close_to_it(bench: Bench, inline: str) -> None:
    bench.sandbox.switch(f"inline_tasks={inline}")
    ways: list[dict[str, Any]] = [{}, {"gateway": "clockify"}]
    expected = sent = 0
    for seed in range(6):
        forecast, requests = bench.run(_manifest(f"{inline} {seed}"), **ways[seed % 2])
        assert requests <= forecast.requests, (seed, forecast, requests)
        expected += forecast.requests - (forecast.saved if inline == "kept" else 0)
        sent += requests
    assert sent > 180
    assert expected <= sent * 1.05, (expected, sent)


@pytest.mark.parametrize("hydrated", ["full", "without-done", "unsupported"])
def test_a_reading_at_the_end_is_in_the_forecast(bench: Bench, hydrated: str) -> None:
    bench.sandbox.switch(f"hydrated={hydrated}")
    for seed in range(2):  # the second manifest removes and changes what the first one created
        forecast, requests = bench.run(_manifest(f"{hydrated} {seed}"), verifies=True)
        assert requests <= forecast.requests, (seed, forecast, requests)
        assert forecast.rereading > 5
    # The first reading of an empty workspace does not show whether tasks come with their projects; the second one does.
    # Where they do not, the lists of projects that are deleted by then are counted.
    share = 1.2 if hydrated == "unsupported" else 1.07
    assert forecast.requests - forecast.saved <= requests * share, (forecast, requests)


@pytest.mark.parametrize("hydrated", ["full", "without-done"])
@pytest.mark.parametrize("verifies", [False, True])
def test_pages_that_the_service_shortens_are_in_the_forecast(bench: Bench, *, verifies: bool, hydrated: str) -> None:
    """What the first reading shows of them holds for the lists before a delete and at the end."""
    bench.sandbox.switch(f"page_cap=2,hydrated={hydrated}")
    for seed in range(2):
        forecast, requests = bench.run(_manifest(f"pages {seed}"), verifies=verifies)
        assert requests <= forecast.requests <= requests * 1.2, (seed, forecast, requests)


def test_a_last_page_that_is_full_is_in_the_forecast_of_a_reading_at_the_end(bench: Bench) -> None:
    bench.sandbox.switch("page_cap=2")
    for number in range(4):
        bench.sandbox.call("POST", "projects", {"name": f"Old {number}"})
        bench.sandbox.call("POST", "tags", {"name": f"tag {number}"})
    forecast, requests = bench.run({"projects": ["Site"], "policy": KEEP}, verifies=True)
    assert requests <= forecast.requests <= requests + 2, forecast


def test_a_list_of_archived_ones_that_grows_is_in_the_forecast_of_a_reading_at_the_end(bench: Bench) -> None:
    bench.sandbox.switch("page_cap=2,archived_absent=active")
    for number in range(6):
        tag = bench.sandbox.call("POST", "tags", {"name": f"tag {number}"})
        if number > 3:
            bench.sandbox.call("PUT", f"tags/{tag['id']}", {"name": tag["name"], "archived": True})
    manifest = {"tags": [{"name": "tag 0", "archived": True}], "policy": KEEP}
    forecast, requests = bench.run(manifest, verifies=True)
    assert requests <= forecast.requests <= requests + 2, forecast


@pytest.mark.parametrize("template", ["marked", "any", "missing"])
def test_copies_are_in_the_forecast_whatever_the_service_does_with_them(bench: Bench, template: str) -> None:
    bench.sandbox.switch(f"inline_tasks=ignored,from_template={template}")
    new = [{"name": name, "tasks": ["one", "two", "three"]} for name in NAMES[:4]]
    forecast, requests = bench.run({"projects": new, "policy": KEEP})
    over = {"marked": 1, "any": 9, "missing": 3}[template]
    assert requests <= forecast.requests
    assert requests == forecast.requests - over, forecast


def test_inline_tasks_are_read_back_in_no_more_requests_than_they_saved(bench: Bench) -> None:
    bench.sandbox.switch("page_cap=2")
    for number in range(20):
        bench.sandbox.call("POST", "projects", {"name": f"Old {number}"})
    new = [{"name": name, "tasks": ["one", "two"]} for name in NAMES[:3]]
    forecast, requests = bench.run({"projects": new, "policy": KEEP})
    assert forecast.saved == 6 - 2 + 4  # and no copy is tried
    assert requests == forecast.requests - forecast.saved


def test_pages_that_the_service_shortens_are_in_the_limit_of_a_plan_file(sandbox: Embedded) -> None:
    """Of several lists that were read, only that of the users takes a second page."""
    project = sandbox.call("POST", "projects", {"name": "Site"})
    for name in ("one", "two", "three"):
        sandbox.call("POST", f"projects/{project['id']}/tasks", {"name": name})
    sandbox.switch("page_cap=2")
    sandbox.declare(projects=[], policy={**DELETING, "prune": {"projects": "delete"}})
    digest = sandbox.plan("-o", "plan.json", "--allow-removals", "projects=1")["digest"]
    apply = ("apply", "plan.json", "--approve", digest, "--max-requests")
    needed = int(sandbox.run(*apply, "1").stderr.partition("the plan needs ")[2].split()[0])
    assert sandbox.run(*apply, str(needed)).exit_code == 0
    assert len(sandbox.sent) == needed


def _declare(sandbox: Embedded) -> Any:
    sandbox.declare(clients=["Acme"], projects=["Site"], tags=["a", "b"], policy=KEEP)
    return sandbox.plan()


def test_the_numbers_are_those_of_the_whole_command(sandbox: Embedded) -> None:
    plan = _declare(sandbox)
    planned = len(sandbox.sent)
    # The connection and the workspaces; three lists, each once more for what is archived; the user; the writes.
    assert plan["forecast"] | {"seconds": 0} == {
        "requests": 13, "seconds": 0, "reading": 8, "writing": 4, "verifying": 1, "saved": 0,
    }  # fmt: skip
    result = sandbox.run("apply", "--approve", plan["digest"], "--format", "json")
    assert (planned, len(sandbox.sent), summary_of(result.stdout)["requests"]) == (8, 13, 13)


def test_a_plan_without_changes_costs_its_reading(sandbox: Embedded) -> None:
    sandbox.declare(tags=[], policy=KEEP)
    plan = sandbox.plan()
    assert (plan["changes"], plan["forecast"]["requests"]) == ([], len(sandbox.sent))
    assert sandbox.run("apply").exit_code == 0
    assert plan["forecast"]["requests"] == len(sandbox.sent)


@pytest.mark.parametrize(("is_given", "needed"), [(False, 13), (True, 12)])
def test_a_limit_is_kept_by_the_whole_command(sandbox: Embedded, *, is_given: bool, needed: int) -> None:
    digest = _declare(sandbox)["digest"]
    connection = sandbox.store.records("connection")[0]["id"]
    options = ("--connection", connection) if is_given else ()
    words = ("apply", "--approve", digest, "--max-requests")
    refused = sandbox.run(*words, str(needed - 1), options=options)
    assert refused.exit_code == 3
    assert f"the plan needs {needed} requests; the limit is {needed - 1}" in " ".join(refused.stderr.split())
    assert len(sandbox.sent) < needed
    assert sandbox.run(*words, str(needed), options=options).exit_code == 0
    assert len(sandbox.sent) == needed


@pytest.mark.parametrize("words", [(), ("--verify", "read"), ("--max-age", "0")], ids=["plain", "verify", "max age"])
def test_a_limit_holds_for_a_plan_file_as_well(sandbox: Embedded, words: tuple[str, ...]) -> None:
    for name in ("a", "b", "c"):
        sandbox.call("POST", "tags", {"name": name})
    renames = [{"name": name.upper(), "was": name} for name in "abc"]
    sandbox.declare(tags=renames, policy=KEEP)
    digest = sandbox.plan("-o", "plan.json")["digest"]
    apply = ("apply", "plan.json", "--approve", digest, *words, "--max-requests")
    refused = sandbox.run(*apply, "1")
    assert refused.exit_code == 3
    needed = int(refused.stderr.partition("the plan needs ")[2].split()[0])
    assert sandbox.run(*apply, str(needed)).exit_code == 0
    assert needed - 3 <= len(sandbox.sent) <= needed  # a reading at the end may need other lists
    assert len(sandbox.sent) > (12 if words else 11)


def test_a_second_reading_after_a_late_approval_is_refused_beyond_the_limit(
    sandbox: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _declare(sandbox)
    monkeypatch.setattr(cli_session, "FRESH_SECONDS", -1.0)
    words = ("apply", "--approve", plan["digest"], "--max-requests")
    refused = sandbox.run(*words, "13")
    assert refused.exit_code == 3
    assert "must be read again: 19 requests; the limit is 13" in " ".join(refused.stderr.split())
    assert len(sandbox.sent) == 8
    assert sandbox.run(*words, "19").exit_code == 0
    assert len(sandbox.sent) == 19


def test_the_rest_of_a_plan_has_a_forecast_of_its_own(sandbox: Embedded) -> None:
    sandbox.call("POST", "tags", {"name": "only"})
    sandbox.declare(clients=["Acme"], tags=[])
    plan = sandbox.plan()
    assert blocks(plan) == {"tag:only": "removal_budget"}
    rest = sandbox.plan("--except-blocked")
    assert rest["forecast"]["requests"] < plan["forecast"]["requests"]
    assert sandbox.run("apply", "--except-blocked", "--approve", rest["digest"]).exit_code == 0
    assert rest["forecast"]["requests"] == len(sandbox.sent)


def _needed(stderr: str) -> int:
    return int(" ".join(stderr.split()).partition("what is left of the plan needs ")[2].split()[0])


@pytest.mark.parametrize("source", ["plan file", "manifest"])
@pytest.mark.parametrize("words", [(), ("--verify", "read")], ids=["plain", "verify"])
def test_of_a_run_that_is_resumed_the_limit_counts_what_is_left(
    sandbox: Embedded, words: tuple[str, ...], source: str
) -> None:
    projects = [{"name": "Site", "note": "n", "tasks": ["one", "two"]}, {"name": "Shop", "tasks": ["three"]}]
    sandbox.declare(tags=[f"tag {number}" for number in range(9)], projects=projects, policy=KEEP)
    plan = sandbox.plan("-o", "plan.json")
    path = ("plan.json",) if source == "plan file" else ()
    apply = ("apply", *path, "--approve", plan["digest"], *words)
    sandbox.faults["POST", "tags"] = [*[None] * 5, *[Fault.DROP_BEFORE] * 30]
    assert sandbox.run(*apply).exit_code == 4
    sandbox.faults.clear()
    refused = sandbox.run(*apply, "--max-requests", "1")
    assert refused.exit_code == 3
    needed = _needed(refused.stderr)
    assert needed < plan["forecast"]["requests"]
    assert sandbox.run(*apply, "--max-requests", str(needed - 1)).exit_code == 3
    finished = sandbox.run(*apply, "--max-requests", str(needed))
    assert finished.exit_code == 0, finished.stderr
    assert len(sandbox.sent) <= needed <= len(sandbox.sent) + 3
    assert "already up to date, not counted" in " ".join(finished.stderr.split())


def test_a_change_that_is_done_before_the_run_begins_does_not_count_and_the_run_can_be_resumed(
    sandbox: Embedded,
) -> None:
    sandbox.declare(tags=["a", "b", "c"], policy=KEEP)
    plan = sandbox.plan("-o", "plan.json")
    apply = ("apply", "plan.json", "--approve", plan["digest"], "--max-requests")
    sandbox.call("POST", "tags", {"name": "a"})
    needed = _needed(sandbox.run(*apply, "1").stderr)
    sandbox.faults["POST", "tags"] = [Fault.DROP_BEFORE] * 30
    assert sandbox.run(*apply, str(needed)).exit_code == 1
    sandbox.faults.clear()
    assert sandbox.run(*apply, str(needed)).exit_code == 0
    assert len(sandbox.sent) == needed


def test_a_run_that_has_nothing_left_costs_its_reading_and_the_user(sandbox: Embedded) -> None:
    sandbox.declare(tags=["a", "b"], policy=KEEP)
    plan = sandbox.plan("-o", "plan.json")
    apply = ("apply", "plan.json", "--approve", plan["digest"])
    sandbox.faults["POST", "tags"] = [None, *[Fault.DROP_BEFORE] * 30]
    assert sandbox.run(*apply).exit_code == 4
    sandbox.faults.clear()
    left = {"a", "b"} - {tag["name"] for tag in sandbox.store.snapshot(sandbox.workspace)["tags"]}
    sandbox.call("POST", "tags", {"name": left.pop()})
    needed = _needed(sandbox.run(*apply, "--max-requests", "1").stderr)
    assert sandbox.run(*apply, "--max-requests", str(needed)).exit_code == 0
    assert len(sandbox.sent) == needed


def test_a_limit_is_not_lifted_by_excluding_what_is_blocked(sandbox: Embedded) -> None:
    sandbox.call("POST", "tags", {"name": "only"})
    sandbox.declare(clients=["Acme"], tags=[])
    words = ("--except-blocked", "--max-requests", "3")
    plan = sandbox.plan(*words)
    assert blocks(plan) == {"client:Acme": "max_requests"}
    assert [item["address"] for item in plan["left_out"]] == ["tag:only"]
    codes = [sandbox.run("plan", *words, *more).exit_code for more in ((), ("--detailed-exitcode",))]
    assert codes == [0, 3]
    assert sandbox.run("apply", *words, "--approve", "additive").exit_code == 3
