"""The whole validation: errors of loading, broken checks of the policy, and warnings, whatever the first problem is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reconciler.collector import without_gc
from reconciler.errors import Problem
from reconciler.errors.work import in_order
from reconciler.kinds import KINDS
from reconciler.manifest.declared_checks import broken_checks
from reconciler.manifest.expand.variables import Given
from reconciler.manifest.lint.rules import lint
from reconciler.manifest.load import NO_VALUES, read_manifests, with_excerpt
from reconciler.state import Desired


@dataclass(frozen=True, slots=True)
class Validation:
    """What is known of manifests without the workspace.

    `problems`: errors, with which nothing can be planned; `warnings`: what is allowed, and probably a mistake. Both are sorted by
    place. `desired`: what the manifests declare; None where they cannot be loaded. `resources`: their number by the plural of the kind.
    """

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    desired: Desired | None
    resources: Mapping[str, int]


def validate(
    paths: Sequence[str],
    *,
    stdin: Callable[[], bytes] | None = None,
    variables: Mapping[str, str] = NO_VALUES,
    environment: Mapping[str, str] = NO_VALUES,
) -> Validation:
    """Validate manifests, read as `load` does. Raises nothing for invalid ones."""
    with without_gc():
        return _validation(paths, stdin, Given(variables, environment))


def _validation(paths: Sequence[str], stdin: Callable[[], bytes] | None, given: Given) -> Validation:
    loaded = read_manifests(paths, stdin, given)
    broken, doubtful = broken_checks(loaded.desired, skipped=loaded.composer.uncertain)
    problems = in_order((*loaded.problems, *(with_excerpt(problem, loaded.texts) for problem in broken)))
    warnings = in_order((*lint(loaded), *(with_excerpt(problem, loaded.texts) for problem in doubtful)))
    by_kind = Counter(address.kind for address in loaded.desired.resources)
    counts = {kind.plural: by_kind[kind.name] for kind in KINDS}
    return Validation(problems, warnings, None if loaded.problems else loaded.desired, counts)
