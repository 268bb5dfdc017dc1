"""The rules: each takes what was loaded and yields its warnings. A new rule is a function and a line of RULES."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reconciler.errors import Problem
from reconciler.manifest.lint.comments import comments_in_values
from reconciler.manifest.lint.earlier import declared_earlier_names, earlier_names_twice
from reconciler.manifest.lint.parents import undeclared_parents
from reconciler.manifest.lint.protected import protected_archivals, protected_undeclared
from reconciler.manifest.lint.removed import protected_removals, removed_declared
from reconciler.manifest.lint.task_sets import similar_task_sets, unused_task_sets
from reconciler.manifest.lint.templates import foreign_variables, unused_variables
from reconciler.manifest.load import Loaded, with_excerpt

RULES: Mapping[str, tuple[str, Callable[[Loaded], Iterator[Problem]]]] = {
    "comment-in-value": ("A comment that looks like a part of the text in front of it", comments_in_values),
    "unused-task-set": ("A task set that no project includes", unused_task_sets),
    "similar-task-sets": ("Two task sets whose names differ only in letter case or whitespace", similar_task_sets),
    "unused-variable": ("A variable that no text uses", unused_variables),
    "foreign-variable": ("A name with a variable of another tool in it", foreign_variables),
    "earlier-name-twice": ("Two earlier names that mean the same resource", earlier_names_twice),
    "earlier-name-declared": ("An earlier name that is the name of another resource", declared_earlier_names),
    "removed-and-declared": ("An entry of `removed` that means a declared resource", removed_declared),
    "removed-and-protected": ("An entry of `removed` that `policy.protect` covers", protected_removals),
    "protected-and-archived": ("A protected address that is declared as archived", protected_archivals),
    "protected-and-undeclared": ("A protected address that its section does not list", protected_undeclared),
    "undeclared-parent": ("A parent that its section does not list", undeclared_parents),
}
"""Every rule by its name, which outputs show: what it finds in a few words, and the function."""

DESCRIPTIONS: Mapping[str, str] = {
    "file": "A file or folder that cannot be read as manifests",
    "yaml": "Text that is not valid YAML",
    "template": "A placeholder, a `for_each` or a variable that cannot be filled in",
    "schema": "A value that the manifest schema does not allow",
    "declaration": "A declaration that contradicts another one, or refers to what does not exist",
    "policy-check": "A resource that breaks a check of `policy.checks`",
    **{name: description for name, (description, _) in RULES.items()},
}
"""What each rule finds, in a few words: errors, checks of the policy and warnings."""


def lint(loaded: Loaded) -> list[Problem]:
    """The warnings of every rule."""
    found = (problem.under(name) for name, (_, rule) in RULES.items() for problem in rule(loaded))
    return [with_excerpt(problem, loaded.texts) for problem in found]
