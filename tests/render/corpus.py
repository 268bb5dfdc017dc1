"""More plans for every renderer: one change, thousands, many removals, one reason for many, right-to-left names, long values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from reconciler.model import Address
from reconciler.planning.plan import Action, Blocked, Change, FieldChange, Forecast, Impact, Plan, Step
from reconciler.planning.precondition import Precondition
from tests.render import plans

BUDGET = Blocked(
    "removal_budget", "would remove 162 of 400 tasks; the limit is 10 or 25 %", "--allow-removals tasks=162"
)


def of(*changes: Change) -> Plan:
    """A plan of these changes for the same workspace as `plans.ordinary`."""
    forecast = Forecast(4, len(changes), 0, 0.02 * len(changes))
    return replace(plans.empty(), changes=changes, unmanaged={}, forecast=forecast)


def one() -> Plan:
    """One harmless change."""
    return of(plans.create("tag:urgent"))


def thousands(clients: int = 100) -> Plan:
    """Fifty changes for each client: 5,000 by default, of every action, all different."""
    changes: list[Change] = []
    for c in range(clients):
        name = f"Client {c:03}"
        changes.append(plans.update(f"client:{name}", note=(f"old {c}", f"new {c}")))
        for p in range(4):
            project = f"{name}/Project {p}"
            changes.append(plans.create(f"project:{project}", note=f"Number {c}-{p}", billable=p % 2 == 0))
            for t in range(10):
                task = f"task:{project}/Task {t}"
                changes.append(plans.create(task, estimate=f"PT{c + t + 1}H"))
        changes += [
            plans.removal(f"tag:{name} old", Action.DELETE, Impact(0, c)),
            plans.removal(f"project:{name}/Legacy", Action.ARCHIVE, Impact(3600 * (c + 1), c + 1, name_free=False)),
            *(plans.removal(f"task:{name}/Project 0/Gone {n}", Action.DELETE, Impact(60 * c, 0)) for n in range(3)),
        ]
    return of(*changes)


def one_reason(number: int = 162) -> Plan:
    """One reason that blocks many removals, and one that blocks many identical updates."""
    limit = Blocked("active_budget", "would leave 9 of 40 projects active; the limit is 25 %", "--max-inactive 9")
    removed = [
        plans.removal(f"task:Acme/Website/Task {n:03}", Action.DELETE, Impact(0, 0), BUDGET) for n in range(number)
    ]
    edits = [replace(plans.update(f"project:Client {n}/Site", public=(True, False)), blocked=limit) for n in range(40)]
    return of(*removed, *edits)


def many_reasons(number: int = 30) -> Plan:
    """One guard with another reason for every removal, and two more guards."""
    changes = [
        plans.removal(
            f"tag:old {n}",
            Action.DELETE,
            Impact(0, 0),
            Blocked("look_alike", f"looks like tag:new {n}", f"`was: old {n}`, or --allow-removal 'tag:old {n}'"),
        )
        for n in range(number)
    ]
    protected = Blocked("protect", "protected by 'client:Acme'", "take the protection out in a plan of its own")
    unread = Blocked("completeness", "the list of tags was not read completely", "plan again")
    client = plans.removal("client:Acme", Action.ARCHIVE, Impact(7200, 4), protected)
    return of(*changes, client, replace(plans.create("tag:new"), blocked=unread))


def mass_removal(number: int = 60) -> Plan:
    """Many removals with tracked time, from much to little, and one that deletes many tasks with it."""
    tasks = tuple(Address.parse(f"task:Acme/Big/Task {n}") for n in range(40))
    changes = [
        plans.removal(f"project:Acme/Project {n:02}", Action.ARCHIVE, Impact(3600 * n * n, n, users=1))
        for n in range(number)
    ]
    return of(
        *changes,
        plans.removal("project:Acme/Big", Action.DELETE, Impact(0, 0, tasks)),
        plans.removal("client:Initech", Action.DELETE, Impact(None, None)),
    )


def right_to_left() -> Plan:
    """Hebrew and Arabic names beside Latin ones."""
    client, project, task = "סטודיו אקמי", "אתר 2026 (חדש)", "تصميم / مراجعة"
    address = Address("client", (client,))
    site = address.child("project", project)
    return of(
        plans.update(str(address), name=("Acme", client), note=("ישן", "חדש, שלום!")),
        plans.create(str(site), note="שלום world 123"),
        plans.create(str(site.child("task", task)), estimate="PT8H"),
        plans.removal(str(Address("tag", ("عاجل",))), Action.DELETE, Impact(0, 3, users=1)),
    )


def long_values() -> Plan:
    """Notes of thousands of characters, many addresses, and a name as long as names may be."""
    text = "Line of a note that goes on.\n" * 100
    people = tuple(f"person{n}@acme.example" for n in range(40))
    return of(
        plans.update("client:Acme", note=(text + "old", text + "new"), cc_emails=(people, people[:-1])),
        plans.create("project:Acme/" + "N" * 250, note=text),
        plans.update("task:Acme/Web/Design", assignees=((), people)),
    )


def every_action() -> Plan:
    """Each action once, on a kind of its own where possible; nothing blocked."""
    restore = Change(
        Address.parse("project:Acme/Old"),
        Action.RESTORE,
        (Step.RESTORE,),
        id="id-old",
        fields=(FieldChange("archived", before=True, after=False),),
        precondition=Precondition(Address.parse("project:Acme/Old"), values={"archived": True}),
        reason="declared active, archived in the workspace",
        source="workspace.yaml:31:9",
    )
    return of(
        plans.create("client:Globex", email="hi@globex.example"),
        plans.update("project:Acme/Website", color=("#000000", "#1976D2")),
        restore,
        plans.removal("project:Acme/Intranet", Action.ARCHIVE, Impact(5400, 3, users=2, last_used="2026-03-01")),
        plans.removal("tag:old", Action.DELETE, Impact(0, 0, name_free=True)),
    )


PLANS: Mapping[str, Callable[[], Plan]] = {
    "empty": plans.empty,
    "one": one,
    "every_action": every_action,
    "ordinary": plans.ordinary,
    "hostile": plans.hostile,
    "one_reason": one_reason,
    "many_reasons": many_reasons,
    "mass_removal": mass_removal,
    "right_to_left": right_to_left,
    "long_values": long_values,
    "thousands": lambda: thousands(4),
    "large": plans.large,
}
"""All plans that golden files show, by their names."""
