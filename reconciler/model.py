"""The words that everything else is said in: addresses, resources, fields and what a kind is made of. No kind is named here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NamedTuple, Protocol

Wire = Mapping[str, Any]
"""A JSON object as the API sends or takes it."""


class Unset(Enum):
    """The type of UNSET: a field that nobody declared, as opposed to None, which clears it."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET

_ESCAPED = re.compile(r"([\\/])")
_PART = re.compile(r"(?:[^\\/]|\\.)*", re.DOTALL)


class Address(NamedTuple):
    """Who a resource is: its kind and the names on the way to it, such as `task:Acme/Website/Design`.

    Two parts for a project mean client and name, one part a project without client; likewise three and two for a task.
    """

    kind: str
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The resource's own name."""
        return self.path[-1]

    def child(self, kind: str, name: str) -> Address:
        """The address of a resource called `name` under this one."""
        return Address(kind, (*self.path, name))

    def __str__(self) -> str:
        return f"{self.kind}:{join_path(self.path)}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `kind:PART/PART`; raises ValueError where there is no kind or a part is empty."""
        kind, colon, rest = text.partition(":")
        path = split_path(rest)
        if not colon or not kind or not all(path):
            raise ValueError(f"{text!r} is no address; write it as kind:NAME, for example client:Acme")
        return cls(kind, path)


def join_path(parts: tuple[str, ...]) -> str:
    r"""Join names with `/`, writing `\/` and `\\` for a slash and a backslash inside a name."""
    joined = "/".join(parts)
    if "\\" not in joined and joined.count("/") == len(parts) - 1:
        return joined  # the usual case, and plans hold thousands
    return "/".join(_ESCAPED.sub(r"\\\1", part) for part in parts)


def split_path(text: str) -> tuple[str, ...]:
    """Undo `join_path`."""
    if "\\" not in text:
        return tuple(text.split("/"))
    parts, start = [], 0
    while True:
        match = _PART.match(text, start)
        end = match.end() if match else start
        parts.append(re.sub(r"\\(.)", r"\1", text[start:end], flags=re.DOTALL))
        if end >= len(text):
            return tuple(parts)
        start = end + 1


def fold(name: str) -> str:
    """A name without its spelling: letter case, Unicode form and blanks. Equal folds are one name written in two ways."""
    if name.isascii():
        return " ".join(name.lower().split())
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).split())


class Source(NamedTuple):
    """Where something is declared: a place in a manifest, line and column from 1; or without them, another origin by its name."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class FieldType(Protocol):
    """How a field's value is written in manifests and on the wire. In between it is canonical: equal means the same."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of the value in a manifest, without `null`."""

    def parse(self, value: Any) -> Any:
        """Manifest value → canonical value (None and the type's empty value are one)."""

    def read(self, value: Any) -> Any:
        """Wire value → canonical value."""

    def write(self, value: Any) -> Any:
        """Canonical value → wire value; for None the value that clears the field."""

    def document(self, value: Any) -> Any:
        """Canonical value → manifest value."""


class FieldRole(Enum):
    """What a field is for."""

    PLAIN = "plain"
    LIFECYCLE = "lifecycle"
    """In use or put away: `archived`, or a task's `status`."""
    PEOPLE = "people"
    """E-mail addresses in manifests and plans, user ids on the wire."""


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field of a kind.

    `name` is the manifest's word, `wire` the key in requests and `answer` the key in answers where that differs.
    `dropped_on_create`: the create request does not take it (or takes and ignores it), so it needs an update behind it.
    `created_as`: the canonical value that a new resource has where a create drops the field.
    `setting`: the workspace setting that a create falls back on where nothing is declared.
    `endpoint`: the sub-resource that writes it where the ordinary update does not (`estimate`).
    """

    name: str
    type: FieldType
    wire: str
    description: str
    answer: str = ""
    role: FieldRole = FieldRole.PLAIN
    dropped_on_create: bool = False
    created_as: Any = None
    clearable: bool = True
    default: Any = UNSET
    setting: str = ""
    endpoint: str = ""
    examples: tuple[Any, ...] = ()

    @property
    def answer_key(self) -> str:
        """The key that answers carry it under."""
        return self.answer or self.wire


@dataclass(frozen=True, slots=True)
class Kind:
    """A declaration of one kind of resource; order, payloads, schema and rendering are derived from it.

    `collection` is the path below the workspace, with `{parent}` for the parent's id where it nests.
    `parent` names the parent's kind; `parent_wire` the request key that holds its id (empty where the path does);
    `parent_required` says whether the resource can stand without one. `embedded` is the key under which the parent's list
    answer carries these resources, `inline` the one under which the parent's create may. `retired` is the lifecycle value of a resource that was put away.
    `search_params` go with a search for a name. `removal` are the steps of a delete. `carried` are keys that the manifest has no word for and every update sends back
    unchanged; `restored` are keys that an update may leave alone, and that are put back only where an answer shows them lost.
    """

    name: str
    plural: str
    title: str
    description: str
    collection: str
    name_limits: tuple[int, int]
    fields: tuple[Field, ...]
    removal: tuple[str, ...]
    archived_value: Any = True
    parent: str = ""
    parent_wire: str = ""
    parent_required: bool = False
    embedded: str = ""
    inline: str = ""
    list_params: Mapping[str, str] = field(default_factory=dict)
    search_params: Mapping[str, str] = field(default_factory=dict)
    update_params: Mapping[str, str] = field(default_factory=dict)
    carried: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    tracks_time: bool = False
    usage_param: str = ""
    unique_within: str = "the workspace"

    @property
    def lifecycle(self) -> Field:
        """The field that says whether a resource is in use or put away."""
        return next(f for f in self.fields if f.role is FieldRole.LIFECYCLE)

    def is_archived(self, values: Mapping[str, Any]) -> bool:
        """Whether a resource of these values was put away: archived, or for a task done."""
        return bool(values.get(self.lifecycle.name) == self.archived_value)

    def field_named(self, name: str) -> Field:
        """The field of this name; raises KeyError."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One client, project, task or tag, desired or live; the same shape on both sides so that like is compared with like.

    `values` holds canonical field values without name and parent: only the declared ones on the desired side, all on the live side.
    `parent` is the parent's address. Desired only: `was` (earlier addresses; a path of one part is a name within the same
    parent) and `source`. Live only: `id`, `parent_id`, `wire` (the object as read) and `tracked_seconds` (None: not known).
    """

    address: Address
    values: Mapping[str, Any]
    parent: Address | None = None
    was: tuple[tuple[str, ...], ...] = ()
    source: Source | None = None
    id: str = ""
    parent_id: str = ""
    wire: Wire = field(default_factory=dict)
    tracked_seconds: int | None = None

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.address.kind

    @property
    def name(self) -> str:
        """Its own name."""
        return self.address.path[-1]
