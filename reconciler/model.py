"""The core vocabulary: addresses, resources, fields and the declaration of a kind. Names no particular kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NamedTuple

from reconciler.names import Notation, join_path, split_path
from reconciler.value_types import FieldType, PartlyAnsweredType, Wire


class Unset(Enum):
    """The type of UNSET, which marks an undeclared field; None clears a field."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


class Address(NamedTuple):
    """The identity of a resource: its kind and its path of names, such as `task:Acme/Website/Design`.

    A project has two parts (client and name), or one without a client; a task has three or two.
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
        """Parse `kind:PART/PART`; raises ValueError if the kind or a part is empty."""
        kind, colon, rest = text.partition(":")
        path = split_path(rest)
        if not colon or not kind or not all(path):
            raise ValueError(f"invalid address {text!r}; write it as kind:NAME, for example client:Acme")
        return cls(kind, path)


class Source(NamedTuple):
    """Where something is declared: a place in a manifest, line and column from 1; or without them, another origin by its name.

    `row`: the row of a `for_each` that it was made from, such as `projects.csv:7`; empty without one.
    """

    path: str
    line: int = 0
    column: int = 0
    row: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place} ({self.row})" if self.row else place


class FieldRole(Enum):
    """The role of a field, where generic code treats it specially."""

    PLAIN = "plain"
    LIFECYCLE = "lifecycle"
    """Active or archived: `archived`, or a task's `status`."""
    PEOPLE = "people"
    """E-mail addresses in manifests and plans, user ids on the wire."""


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field of a kind.

    `name` is the key in manifests, `wire` the key in requests, and `answer` the key in answers if it differs.
    `dropped_on_create`: a create rejects or ignores it, so an update follows; `created_as`: the value of a new resource then.
    `setting`: the workspace setting that supplies the value of a create if the field is not declared.
    `endpoint`: the sub-resource that `method` writes if the ordinary update ignores the field; `type` is then a PatchType.
    `also_patches`: the other keys of the object that the endpoint writes.
    `reset_if_omitted`: an update without the field resets it, so an update without a known value is not sent.
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
    also_patches: tuple[str, ...] = ()
    method: str = "PATCH"
    reset_if_omitted: bool = False
    examples: tuple[Any, ...] = field(default=(), hash=False)

    @property
    def answer_key(self) -> str:
        """The key in answers."""
        return self.answer or self.wire

    def is_answered(self, wire: Wire) -> bool:
        """Whether an object has the field's key. A missing key is unknown; null is a value."""
        return self.answer_key in wire or self.wire in wire

    def raw(self, wire: Wire) -> Any:
        """The field's JSON value in an answer; None if the answer lacks it."""
        return wire.get(self.answer_key, wire.get(self.wire))

    def answered(self, value: Any) -> Any:
        """A canonical value as answers have it, to compare with them: the service never answers since when a rate applies."""
        return self.type.answered(value) if isinstance(self.type, PartlyAnsweredType) else value


@dataclass(frozen=True, slots=True)
class Kind:
    """The declaration of one kind of resource; order, payloads, schema and rendering are derived from it.

    `collection`: path below the workspace, with `{parent}` for the parent's id if the path contains it.
    `removal`: the steps of a delete. `archived_value`: the value of the lifecycle field in an archived resource.
    `parent`: name of the parent's kind. `parent_wire`: request key of the parent's id; empty if the path contains it.
    `parent_required`: whether every resource has a parent. `embedded`: the key of these resources in the parent's list answer; deleted with it.
    `inline`: the key of these resources in the request that creates the parent.
    `copy_endpoint`: path below the collection that copies a resource with its children. `copy_source`, `copy_keys`: there the key of
    its id, and those in which the copy may differ besides name and parent.
    `search_params`: parameters of a search by name. `exclusive`: pairs of fields of which only one can have a value.
    `undeclared`: fields of no manifest, which an undo of a delete sets again. `computed`: keys that no request sets.
    `carried`: keys outside the manifest format that every update sends back unchanged.
    `restored`: keys that an update omits, and that are written again if the answer shows that they were lost.
    `lifecycle`: the field that says whether a resource is active or archived, `lifecycle_name` its name; None and empty without archive.
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
    copy_endpoint: str = ""
    copy_source: str = ""
    copy_keys: tuple[str, ...] = ()
    list_params: Mapping[str, str] = field(default_factory=dict)
    search_params: Mapping[str, str] = field(default_factory=dict)
    update_params: Mapping[str, str] = field(default_factory=dict)
    undeclared: tuple[Field, ...] = ()
    computed: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    tracks_time: bool = False
    usage_param: str = ""
    unique_within: str = "the workspace"
    exclusive: tuple[tuple[str, str], ...] = ()

    # Looked up once: both are read for every resource of a workspace.
    lifecycle: Field | None = field(init=False, repr=False, compare=False)
    lifecycle_name: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lifecycle = next((f for f in self.fields if f.role is FieldRole.LIFECYCLE), None)
        object.__setattr__(self, "lifecycle", lifecycle)
        object.__setattr__(self, "lifecycle_name", lifecycle.name if lifecycle else "")

    @property
    def is_archivable(self) -> bool:
        """Whether resources of this kind can be archived."""
        return self.lifecycle is not None

    @property
    def is_embedded(self) -> bool:
        """Whether resources of this kind live inside their parent and are deleted with it, as tasks are."""
        return bool(self.embedded)

    @property
    def archived_values(self) -> dict[str, Any]:
        """The values that archive a resource; empty if the kind has no archive."""
        return {self.lifecycle_name: self.archived_value} if self.lifecycle else {}

    def is_archived(self, values: Mapping[str, Any]) -> bool:
        """Whether a resource with these values is archived; a done task is."""
        return self.lifecycle is not None and bool(values.get(self.lifecycle_name) == self.archived_value)

    def unanswered_keys(self, wire: Wire) -> tuple[str, ...]:
        """The promised keys that an object lacks: those of the fields that an update sends, and `carried`."""
        fields = (f.answer_key for f in self.fields if not f.endpoint and not f.is_answered(wire))
        return (*fields, *(key for key in self.carried if key not in wire))

    @property
    def every_field(self) -> tuple[Field, ...]:
        """The fields of manifests, then the undeclared ones."""
        return (*self.fields, *self.undeclared)

    @property
    def patched_fields(self) -> frozenset[str]:
        """Names of the fields that only a request to their own endpoint writes."""
        return frozenset(field.name for field in self.every_field if field.endpoint)

    def field_named(self, name: str) -> Field:
        """The field of this name, undeclared ones included; raises KeyError."""
        for candidate in self.every_field:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One client, project, task or tag. Desired and live resources have the same shape, so they compare directly.

    `values`: canonical field values without name and parent; a desired resource has the declared ones, a live one all.
    `parent`: the parent's address. Desired only: `was` (earlier paths; one part is a name within the same parent), `source`
    and `notation`. Live only: `id`, `parent_id`, `wire` (the object as read) and `tracked_seconds` (None: unknown).
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
    notation: Notation = Notation.MAPPING

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.address.kind

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.address.path[-1]

    @property
    def entry(self) -> Source | None:
        """What declares it: its place in a manifest, which all rows of a template share that do not fill in its name."""
        if self.source is None or self.notation is Notation.ROW:
            return self.source
        return self.source._replace(row="")
