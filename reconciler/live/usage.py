"""The tracked time of a resource, read per user: the API has no list of the time entries of all users."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from reconciler.errors import ApiError
from reconciler.gateway import Reader
from reconciler.kinds import BY_NAME
from reconciler.kinds.durations import seconds_of
from reconciler.model import Resource
from reconciler.state import Usage
from reconciler.value_types import Wire

UNREADABLE_STATUSES = frozenset({400, 403, 404})
"""Statuses for a role or subscription plan without access, or for a removed user: the usage is unknown, which counts as used."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=T)")


_TASK, _TASK_KEY = "task", "taskId"
"""The filter of time entries by task, and the key that says which task an entry is for."""

_Question = tuple[str, str]
"""A filter of time entries and its value."""


def usage_of(reader: Reader, workspace_id: str, resource: Resource, people: Iterable[str]) -> Usage:
    """The time entries of all `people` (user ids) on a resource. Running entries count without time.

    The entries of every user are read, even after the first hit: an approval shows the total, and for an unused resource,
    the usual case, every user has to be read anyway.
    """
    return UsageReads(reader, workspace_id, tuple(people)).of([resource])[resource.id]


@dataclass(slots=True)
class _Answer:
    """What the entries of all people answer to one question. `inside`: by the id of the task; None if an entry does not say."""

    total: Usage = field(default_factory=Usage)
    inside: dict[str, Usage] | None = field(default_factory=dict)

    def add(self, entries: tuple[Wire, ...] | None) -> None:
        """Add the entries of one more person; None: they cannot be read."""
        if entries is None:
            self.total = replace(self.total, known=False)
        elif self.total.known:
            self.total = _with_entries(self.total, entries)
            self._add_inside(entries)

    def _add_inside(self, entries: tuple[Wire, ...]) -> None:
        if self.inside is None or not all(_TASK_KEY in entry for entry in entries):
            self.inside = None
            return
        grouped: dict[str, list[Wire]] = {}
        for entry in entries:
            grouped.setdefault(str(entry[_TASK_KEY] or ""), []).append(entry)
        for id_, own in grouped.items():
            self.inside[id_] = _with_entries(self.inside.get(id_, Usage()), tuple(own))


@dataclass(slots=True)
class UsageReads:
    """Reads the usage of resources in as few requests as the API allows: one for each person and question.

    Tasks of one project are asked about together, since the entries of a project say which task each is for. What was answered
    is not asked again: these are the answers of one reading.
    """

    reader: Reader
    workspace_id: str
    people: tuple[str, ...]
    _answers: dict[_Question, _Answer] = field(default_factory=dict)

    def of(self, resources: Sequence[Resource]) -> dict[str, Usage]:
        """The usage of each resource, by its id. Of what cannot be read for one person, no further person's are asked for."""
        asked = self._questions(resources)
        self._ask(asked.values())
        # Entries that do not say which task they are for: each task is asked about itself.
        alone = {r.id: _own(r) for r in resources if asked[r.id] != _own(r) and self._is_silent(asked[r.id])}
        self._ask(alone.values())
        return {r.id: self._usage(r, alone.get(r.id, asked[r.id])) for r in resources}

    def _questions(self, resources: Sequence[Resource]) -> dict[str, _Question]:
        """The question that answers for each resource, by its id: the parent's, where that is asked anyway or answers for several."""
        siblings = Counter(parent for r in resources if (parent := _parents(r)))
        own = {_own(r) for r in resources} | self._answers.keys()
        return {
            r.id: parent if (parent := _parents(r)) and (siblings[parent] > 1 or parent in own) else _own(r)
            for r in resources
        }

    def _ask(self, questions: Iterable[_Question]) -> None:
        """All are asked about one person before the next: so an unreadable one is known before it is asked about again."""
        new = {question: _Answer() for question in questions if question not in self._answers}
        self._answers |= new
        wanted = [(person, question) for person in self.people for question in new]
        answers = self.reader.in_order([partial(self._entries, *each) for each in wanted])
        for (_, question), entries in zip(wanted, answers, strict=True):
            self._answers[question].add(entries)

    def _entries(self, person: str, question: _Question) -> tuple[Wire, ...] | None:
        if not self._answers[question].total.known:
            return ()
        filters: dict[str, Any] = dict([question])
        try:
            return self.reader.time_entries(self.workspace_id, person, **filters).items
        except ApiError as error:
            if error.status not in UNREADABLE_STATUSES:
                raise
            return None

    def _is_silent(self, question: _Question) -> bool:
        answer = self._answers[question]
        return answer.total.known and answer.inside is None

    def _usage(self, resource: Resource, question: _Question) -> Usage:
        answer = self._answers[question]
        if question == _own(resource):
            return answer.total
        inside = answer.inside or {}
        found = inside.get(resource.id, Usage())
        return found if answer.total.known else replace(found, known=False)


def _own(resource: Resource) -> _Question:
    return BY_NAME[resource.kind].usage_param, resource.id


def _parents(resource: Resource) -> _Question | None:
    """The question of the parent whose answer says what is for this resource; None where there is none."""
    kind = BY_NAME[resource.kind]
    can_answer = kind.is_embedded and kind.usage_param == _TASK and resource.parent_id
    return (BY_NAME[kind.parent].usage_param, resource.parent_id) if can_answer else None


def _with_entries(used: Usage, entries: tuple[Wire, ...]) -> Usage:
    """The usage with the entries of one more user."""
    if not entries:
        return used
    return Usage(
        used.tracked_seconds + sum(map(_seconds, entries)),
        used.time_entries + len(entries),
        users=used.users + 1,
        last_used=max((used.last_used, *_days(entries))),
        running=used.running + sum(map(_is_running, entries)),
    )


def _interval(entry: Wire) -> Wire:
    interval = entry.get("timeInterval")
    return interval if isinstance(interval, dict) else {}


def _seconds(entry: Wire) -> int:
    try:
        return seconds_of(_interval(entry).get("duration"))
    except (TypeError, ValueError):
        return 0


def _is_running(entry: Wire) -> bool:
    interval = _interval(entry)
    return bool(interval.get("start")) and interval.get("end") is None and interval.get("duration") is None


def _days(entries: Iterable[Wire]) -> Iterator[str]:
    for entry in entries:
        if day := _DAY.match(str(_interval(entry).get("start") or "")):
            yield day.group()
