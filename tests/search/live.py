"""A live state as the service holds it, by ids and by places, and the names in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.search.worlds import KINDS, Item

Snapshot = Mapping[str, list[Item]]
PARENT_KEY = {"project": "clientId", "task": "projectId"}
_NAME_PART = re.compile(r"(?:[^/\\]|\\.)*", re.DOTALL)


def fold(name: str) -> str:
    """Equal for the spellings of one name: letter case without expansion, Unicode form and blanks."""
    composed = unicodedata.normalize("NFC", name)
    lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in composed)
    return " ".join(unicodedata.normalize("NFC", lower).split())


def split(path: str) -> list[str]:
    """The names of a path, `\\/` and `\\\\` read."""
    at = 0
    found: list[str] = []
    while at <= len(path):
        match = _NAME_PART.match(path, at)
        assert match is not None
        found.append(re.sub(r"\\(.)", r"\1", match.group(), flags=re.DOTALL))
        at = match.end() + 1
    return found


@dataclass
class Thing:
    """Something live: a stored record with its kind, and whether time was tracked on it."""

    kind: str
    record: Item
    is_tracked: bool

    @property
    def id(self) -> str:
        return str(self.record["id"])

    @property
    def name(self) -> str:
        return str(self.record["name"])

    @property
    def parent(self) -> str:
        """The id of its parent, or ""."""
        return str(self.record.get(PARENT_KEY.get(self.kind, ""), "") or "")

    @property
    def is_archived(self) -> bool:
        return bool(self.record["status"] == "DONE" if self.kind == "task" else self.record["archived"])


class Live:
    """A snapshot by ids and by places."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        used = {str(e[key]) for e in snapshot["time_entries"] for key in ("projectId", "taskId") if e[key]}
        used |= {tag for entry in snapshot["time_entries"] for tag in entry["tagIds"] or ()}
        self.things = {
            str(record["id"]): Thing(kind, record, str(record["id"]) in used)
            for kind in KINDS
            for record in snapshot[f"{kind}s"]
        }
        self._places: dict[tuple[str, str], list[Thing]] = {}
        for thing in self.things.values():
            self._places.setdefault((thing.kind, thing.parent), []).append(thing)

    def siblings(self, kind: str, parent: str) -> list[Thing]:
        """What is in one place."""
        return self._places.get((kind, parent), [])

    def place(self, key: str) -> tuple[str, str]:
        """The parent and the name of what has an id."""
        return self.things[key].parent, self.things[key].name

    def children(self, thing: Thing) -> list[Thing]:
        """What is right below something."""
        below = {"client": "project", "project": "task"}.get(thing.kind)
        return self.siblings(below, thing.id) if below else []

    def path(self, thing: Thing) -> tuple[str, ...]:
        """The names from the top."""
        above = self.things.get(thing.parent)
        return (*(self.path(above) if above else ()), thing.name)


def named(things: Iterable[Thing], name: str) -> list[Thing]:
    """Those with this name; where there is none, those with another spelling of it."""
    things = list(things)
    return [t for t in things if t.name == name] or [t for t in things if fold(t.name) == fold(name)]


def escaped(name: str) -> str:
    """A name as a part of a path."""
    return name.replace("\\", "\\\\").replace("/", "\\/")


def path_of(live: Live, thing: Thing) -> str:
    """The path of something live, as in an address."""
    return "/".join(map(escaped, live.path(thing)))
