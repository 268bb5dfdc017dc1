"""How a case is run: the sandbox's switches alone and in combination, the gateway, and what goes wrong on the way."""

from __future__ import annotations

from random import Random
from typing import Any

from reconciler.sandbox import Switches

CHOICES: tuple[str, ...] = (
    "put_clients=merge",
    "put_tasks=merge",
    "put_tags=merge",
    "put_projects=merge",
    "put_projects=replace",
    "put_client_nameless",
    "put_answers=empty",
    "delete_answers=empty",
    "delete_active_tasks",
    "delete_active_clients",
    "tag_delete_needs_archive",
    "reserved_names=clients",
    "reserved_names=projects",
    "reserved_names=tasks",
    "reserved_names=tags",
    "reserved_names=clients+projects+tasks+tags",
    "project_defaults=false",
    "inline_tasks=ignored",
    "inline_tasks=ignored,from_template=any",
    "inline_tasks=refused,from_template=any",
    "inline_tasks=refused,from_template=any,template_copies=tasks",
    "inline_tasks=ignored,from_template=any,template_copies=nothing",
    "inline_tasks=ignored,from_template=missing",
    "clear_client=ignored",
    "page_cap=50",
    "page_cap=2",
    "page_default=1",
    "last_page=false",
    "total_count=false",
    "missing_is_404",
    "language=es",
    "task_post_ignores=billable+assignees+estimate",
    "task_post_ignores=",
    "hydrated=without-done",
    "hydrated=unsupported",
    "names_ignore_case",
    "names_trimmed",
    "archived_absent=active",
    "members_shown=false",
    "roles_filter=false",
    "role=admin",
    "role=member",
    "in_progress_list",
    "omits=client.email",
    "omits=client.ccEmails",
    "omits=project.billable",
    "omits=task.billable",
    "list_omits=client.note",
    "list_omits=project.public",
    "list_omits=task.assigneeIds",
    "refuse_fields=task.estimate",
    "refuse_fields=project.color",
    "refuse_fields=client.ccEmails",
    "throttle=empty",
    "throttle=retry-after",
    "authorisation_expired",
)
"""Every switch, in every way in which it changes what a client meets. `rate` and `latency_ms` are the clock's business, `key` the
tests' of keys."""
LIKELY = ("hydrated=without-done", "hydrated=without-done", "hydrated=unsupported", "tag_delete_needs_archive")
STATUSES = (500, 502, 503, 408)
REFUSALS = (404, 429, 403)
"""Statuses that say that a write was not carried out."""
TROUBLES = ("status", "status-after", "lost", "lost-after", "kill", "kill-after")


def make_switches(random: Random) -> list[str]:
    """The switches of a case: none, one, or a random combination."""
    number = random.choice((0, 0, 0, 1, 1, 1, 2, 3))
    chosen = [random.choice(LIKELY) if random.random() < 0.25 else random.choice(CHOICES) for _ in range(number)]
    return list({text.partition("=")[0]: text for text in chosen}.values())


def switches_of(chosen: list[str]) -> Switches:
    """The sandbox's own form of the switches of a case."""
    return Switches.parse(",".join(("rate=off", *chosen)))


def make_trouble(random: Random) -> dict[str, Any]:
    """What goes wrong: a kind of trouble at the write with this number (from 0), and how many requests it lasts from there.

    With `only` it is about writes of this method alone.
    """
    kind = random.choice(TROUBLES)
    trouble = {"kind": kind, "at": random.choice((0, 0, 1, 1, 2, 3, 5, 8)), "span": random.choice((1, 1, 3, 1000))}
    if random.random() < 0.35:
        trouble |= {"only": random.choice(("DELETE", "DELETE", "POST", "PUT")), "at": random.choice((0, 0, 1))}
    known = (*STATUSES, *REFUSALS) if kind == "status" else STATUSES
    return trouble | ({"status": random.choice(known)} if "status" in kind else {})


def is_hindered(chosen: list[str]) -> bool:
    """Whether these switches keep some writes from being carried out, or values from being kept, whoever asks."""
    return any(
        text.startswith(
            ("reserved_names", "refuse_fields", "clear_client", "role=member", "authorisation_expired", "omits")
        )
        for text in chosen
    )


def hides_something(chosen: list[str]) -> bool:
    """Whether a reading under these switches may be incomplete, so that guards may block."""
    return any(text.startswith(("omits", "list_omits", "role=member", "authorisation_expired")) for text in chosen)
