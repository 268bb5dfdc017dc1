"""What manifests say once for all of them: workspace, policy, defaults and task sets, merged from all documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from reconciler.checks import Check
from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, BY_PLURAL, KINDS
from reconciler.manifest.compose.checks import checks_of
from reconciler.manifest.validation.suggestions import listed
from reconciler.manifest.yaml.document import INVALID, Document
from reconciler.manifest.yaml.text import shown
from reconciler.model import Source
from reconciler.state import Policy, Prune, RemovalBudget, TrackedTime

TaskSet = tuple[Document, list[Any]]


@dataclass
class Settings:
    """The merged settings. `complete`: whether all manifests could be read whole. `said`: which key was said with what value, and where, so that a second word can be compared."""

    problems: list[Problem]
    complete: bool = True
    workspace: str | None = None
    defaults: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind.name: {} for kind in KINDS})
    task_sets: dict[str, TaskSet] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    said: dict[tuple[str, ...], tuple[Any, Source]] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        """Take over what a document says; where an earlier one said something else, that is a problem."""
        value = document.value
        if "workspace" in value and self._say(document, value, ("workspace",)):
            self.workspace = value["workspace"]
        policy = value.get("policy", {})
        self._add_policy(document, policy)
        self._check_protection(document, policy)
        for kind, fields in value.get("defaults", {}).items():
            for name in fields:
                if self._say(document, fields, ("defaults", kind, name)):
                    self.defaults[kind][name] = fields[name]
        sets = value.get("task_sets", {})
        for name, tasks in sets.items():
            if self._say(document, sets, ("task_sets", name)):
                self.task_sets[name] = (document, tasks)
            self._check_repeats(document, name, tasks)

    def _add_policy(self, document: Document, policy: Mapping[str, Any]) -> None:
        for key, part in policy.items():
            if isinstance(part, dict):
                for inner in part:
                    self._say(document, part, ("policy", key, inner))
            elif self._say(document, policy, ("policy", key)) and key == "checks":
                self.checks = checks_of(document, part, self.problems)

    def _say(self, document: Document, container: Mapping[str, Any], path: tuple[str, ...]) -> bool:
        key, value = path[-1], container[path[-1]]
        line, column = document.place_in(container, key)
        here = Source(document.source.path, line, column)
        before = self.said.setdefault(path, (value, here))
        if before[0] == value:
            return True
        message = f"{shown('.'.join(path))} is said twice, and differently; the other is at {before[1]}"
        self.problems.append(document.source.problem((line, column), message, "say it once"))
        return False

    def _check_repeats(self, document: Document, name: str, tasks: list[Any]) -> None:
        seen: set[str] = set()
        for task, place in zip(tasks, document.places(tasks), strict=True):
            if task is INVALID:
                continue
            task_name = task if isinstance(task, str) else task["name"]
            if task_name in seen:
                message = f"{shown(task_name)} stands twice in the task set {shown(name)}"
                self.problems.append(document.source.problem(place, message, "keep one of them"))
            seen.add(task_name)

    def _check_protection(self, document: Document, policy: Mapping[str, Any]) -> None:
        """A pattern that can never match protects nothing, and nobody would notice."""
        patterns = policy.get("protect", [])
        for index, pattern in enumerate(patterns):
            kind, colon, rest = pattern.partition(":")
            if not pattern.startswith("*") and (not colon or kind not in BY_NAME or not rest):
                hint = f"begin it with {listed([f'{name}:' for name in BY_NAME], 'or')}, for example `client:Acme*`"
                place = document.place_in(patterns, index)
                self.problems.append(
                    document.source.problem(place, f"{shown(pattern)} is no address or pattern of one", hint)
                )

    def policy(self) -> Policy:
        """The policy of all documents, defaults filled in."""
        values = {path[1:]: value for path, (value, _) in self.said.items() if path[0] == "policy"}
        plain = Policy()
        prune = {
            kind.name: Prune(values.get(("prune", kind.plural), plain.prune[kind.name])) for kind in BY_PLURAL.values()
        }
        share = values.get(("removal_budget", "share"))
        budget = RemovalBudget(
            values.get(("removal_budget", "count"), plain.removal_budget.count),
            Fraction(share.rstrip("%")) / 100 if share else plain.removal_budget.share,
        )
        tracked = TrackedTime(values.get(("tracked_time",), plain.tracked_time))
        protect = tuple(sorted(set(values.get(("protect",), ()))))
        return Policy(prune, tracked, budget, protect, self.checks)
