"""Settings of the whole manifest: workspace, policy, defaults and task sets, merged from all documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reconciler.checks import Check
from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, BY_PLURAL, KINDS
from reconciler.kinds.durations import period_seconds
from reconciler.kinds.people import identity_of
from reconciler.manifest.compose.checks import read_checks
from reconciler.manifest.compose.protect import pattern_problem
from reconciler.manifest.yaml.document import INVALID, Document
from reconciler.manifest.yaml.text import quote
from reconciler.model import Source
from reconciler.names import fold
from reconciler.state import Policy, Prune, RemovalBudget, TrackedTime

HINT_ON_SPELLINGS = "rename one of them; Clockify may treat the names as equal"
"""What to do about two names that differ in spelling only."""

TaskSet = tuple[Document, list[Any]]


@dataclass
class Settings:
    """The merged settings.

    `is_complete`: whether all manifests were read completely. `values`: the first value of each key and its source.
    """

    problems: list[Problem]
    is_complete: bool = True
    workspace: str | None = None
    creates_workspace: bool = False
    defaults: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind.name: {} for kind in KINDS})
    task_sets: dict[str, TaskSet] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    values: dict[tuple[str, ...], tuple[Any, Source]] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        """Merge the settings of a document; a value that differs from an earlier one is a problem."""
        value = document.value
        if "workspace" in value and self._merge(document, value, ("workspace",)):
            self._set_workspace(value["workspace"])
        policy = value.get("policy", {})
        self._add_policy(document, policy)
        self._validate_protect(document, policy)
        for kind, fields in value.get("defaults", {}).items():
            for name in fields:
                if self._merge(document, fields, ("defaults", kind, name)):
                    self.defaults[kind][name] = fields[name]
                parse = BY_NAME[kind].field_named(name).type.parse
                self.problems += repeated_entries(document, fields, name, parse)
        sets = value.get("task_sets", {})
        for name, tasks in sets.items():
            if self._merge(document, sets, ("task_sets", name)):
                self.task_sets[name] = (document, tasks)
            self._validate_task_names(document, name, tasks)

    def _set_workspace(self, value: str | Mapping[str, Any]) -> None:
        """Its name or id, or its name and whether to create it; one document that says so is enough."""
        if isinstance(value, Mapping):
            self.creates_workspace |= value.get("create") is True
        self.workspace = _workspace_name(value)

    def _add_policy(self, document: Document, policy: Mapping[str, Any]) -> None:
        for key, part in policy.items():
            if isinstance(part, dict):
                for inner in part:
                    self._merge(document, part, ("policy", key, inner))
            elif self._merge(document, policy, ("policy", key)) and key == "checks":
                self.checks = read_checks(document, part, self.problems)

    def _merge(self, document: Document, container: Mapping[str, Any], path: tuple[str, ...]) -> bool:
        key, value = path[-1], container[path[-1]]
        place = document.place_in(container, key)
        source = Source(document.source.path, *place)
        first_value, first_source = self.values.setdefault(path, (value, source))
        if _canonical(path, first_value) == _canonical(path, value):
            return True
        message = f"conflicting values for {quote('.'.join(path))}; first set at {first_source}"
        self.problems.append(document.source.problem(place, message, "remove one of them"))
        return False

    def _validate_task_names(self, document: Document, name: str, tasks: list[Any]) -> None:
        seen: set[str] = set()
        spellings: dict[str, str] = {}
        for task, place in zip(tasks, document.places(tasks), strict=True):
            if task is INVALID:
                continue
            task_name = task if isinstance(task, str) else task["name"]
            if task_name in seen:
                message = f"duplicate task {quote(task_name)} in task set {quote(name)}"
                self.problems.append(document.source.problem(place, message, "remove one of them"))
            elif (other := spellings.setdefault(fold(task_name), task_name)) != task_name:
                message = f"the tasks {quote(other)} and {quote(task_name)} of task set {quote(name)} differ only in letter case or whitespace"
                self.problems.append(document.source.problem(place, message, HINT_ON_SPELLINGS))
                document.misspelt.add(place)  # each project that includes the set has both
            seen.add(task_name)

    def _validate_protect(self, document: Document, policy: Mapping[str, Any]) -> None:
        patterns = policy.get("protect", [])
        for index, pattern in enumerate(patterns):
            problem = pattern_problem(pattern)
            if problem is not None:
                place = document.place_in(patterns, index)
                self.problems.append(document.source.problem(place, *problem))

    def policy(self) -> Policy:
        """The merged policy, with defaults."""
        values = {path[1:]: value for path, (value, _) in self.values.items() if path[0] == "policy"}
        default = Policy()
        prune = {
            kind.name: Prune(values.get(("prune", kind.plural), default.prune[kind.name]))
            for kind in BY_PLURAL.values()
        }
        share = values.get(("removal_budget", "share"))
        budget = RemovalBudget(
            int(values.get(("removal_budget", "count"), default.removal_budget.count)),  # the schema takes 10.0 for 10
            _share(share) if share else default.removal_budget.share,
        )
        tracked = TrackedTime(values.get(("tracked_time",), default.tracked_time))
        protect = tuple(sorted(set(values.get(("protect",), ()))))
        expires = values.get(("plan_expires",))
        return Policy(prune, tracked, budget, protect, self.checks, period_seconds(expires) if expires else None)


def repeated_entries(
    document: Document, container: Mapping[str, Any], key: str, parse: Callable[[Any], Any]
) -> Iterator[Problem]:
    """Entries of a list that are other spellings of earlier ones; the schema compares them as they are written."""
    items = container[key]
    if not isinstance(items, list) or len(parse(items)) == len(items):
        return
    seen: dict[Any, str] = {}
    for item, place in zip(items, document.places(items), strict=True):
        # A person with a rate is the same person with another rate.
        first = seen.setdefault(tuple(map(identity_of, parse([item]))), item)
        if first is not item:
            written = [quote(each if isinstance(each, str) else parse([each])[0]) for each in (item, first)]
            message = f"duplicate entry {written[0]} in {quote(key)}: the same as {written[1]}"
            yield document.source.problem(place, message, "remove one of them")


def _workspace_name(value: str | Mapping[str, Any]) -> str:
    name: str = value["name"] if isinstance(value, Mapping) else value
    return name


def _share(text: str) -> Fraction:
    return Fraction(text.rstrip("%")) / 100


def _canonical(path: tuple[str, ...], value: Any) -> Any:
    """A setting in a form that is equal for all spellings of one value."""
    if path == ("workspace",):
        return _workspace_name(value)
    if path[0] == "defaults":
        return BY_NAME[path[1]].field_named(path[2]).type.parse(value)
    if path == ("policy", "removal_budget", "share"):
        return _share(value)
    if path == ("policy", "plan_expires"):
        return period_seconds(value)
    return frozenset(value) if path == ("policy", "protect") else value
