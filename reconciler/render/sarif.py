"""Problems as SARIF 2.1.0 (OASIS, errata 01), the format of code scanning: one run, with the rules that were broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from reconciler.errors import Problem
from reconciler.manifest.lint.rules import DESCRIPTIONS
from reconciler.render.escape import visible
from reconciler.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_OTHER = "manifest"
"""The rule of problems without a name of their own."""
_STDIN = "stdin"


def problems_to_sarif(problems: Sequence[Problem], warnings: Sequence[Problem]) -> dict[str, Any]:
    """A SARIF log with a result for each problem and warning, as plain JSON values."""
    names = sorted({problem.rule or _OTHER for problem in (*problems, *warnings)})
    index = {name: number for number, name in enumerate(names)}
    driver = {"name": "reconciler", "version": __version__, "rules": [_rule(name) for name in names]}
    results = [
        _result(problem, level, index)
        for level, found in (("error", problems), ("warning", warnings))
        for problem in found
    ]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(name: str) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": DESCRIPTIONS.get(name, "A problem in a manifest")}}


def _result(problem: Problem, level: str, index: Mapping[str, int]) -> dict[str, Any]:
    name = problem.rule or _OTHER
    text = f"{problem.row}: {problem.message}" if problem.row else problem.message
    text = f"{text} ({problem.hint})" if problem.hint else text
    result: dict[str, Any] = {
        "ruleId": name,
        "ruleIndex": index[name],
        "level": level,
        "message": {"text": _message(text)},
    }
    if problem.path:
        result["locations"] = [{"physicalLocation": _location(problem)}]
    return result


def _location(problem: Problem) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.path)}}
    if problem.line:
        location["region"] = {"startLine": problem.line, "startColumn": max(problem.column, 1)}
        if problem.excerpt:
            location["region"]["snippet"] = {"text": problem.excerpt}
    return location


def _uri(path: str) -> str:
    """A path as a URI reference; standard input is `stdin`."""
    if path == "-":
        return _STDIN
    posix = PurePath(path).as_posix()
    return f"file://{quote(posix)}" if posix.startswith("/") else quote(posix)


def _message(text: str) -> str:
    """A text without effect: names are escaped, and brackets that would be read as an embedded link (section 3.11.6)."""
    shown = visible(text)
    return shown.replace("[", r"\[").replace("]", r"\]") if "](" in shown else shown
