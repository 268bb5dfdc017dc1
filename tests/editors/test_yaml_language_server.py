"""The published schema in the language server that VS Code and other editors run (npm: yaml-language-server).

It is installed from its registry, so these tests run only when asked for: `pytest tests/editors -m strangers`. What it reports is
compared with `validate`, line by line; what it suggests is inserted and validated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import Problem
from reconciler.manifest import starter, validate
from tests.editors.language_server import LanguageServer, language_server
from tests.strangers.installing import Stranger, install

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "schemas" / "manifest.schema.json"
MODELINE = "# yaml-language-server: $schema=manifest.schema.json\n"
SERVER = Stranger("yaml-language-server", "npm", ("yaml-language-server@1.25.0",), "", ("schema",), "", ())
REFUSING = "http://127.0.0.1:9"  # a proxy that does not exist
CASES = sorted((ROOT / "tests" / "manifest").glob("**/cases/*.yaml"))
EXAMPLE = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "manifest.md").read_text(encoding="utf-8"), re.DOTALL)

ONLY_OURS = {
    # a number keeps its spelling for us, and is a float for the server
    "amounts.yaml": {2, 8, 10, 12, 13, 14, 15, 17, 19, 20, 21, 23, 25},
    "only_comments.yaml": {0},
    "parts_of_values.yaml": {13},
    "keys.yaml": {3, 4, 5, 7, 9},  # a schema has nothing to say about keys that are no strings
    "tags_and_numbers.yaml": {4},  # tags that the server knows
    "version.yaml": {7},  # an empty document
}
ONLY_THEIRS = {
    "tags_and_numbers.yaml": {9},  # `!!float 12` is a number
    "version.yaml": {5, 6},  # of a document of version 2, the version is all that we report
    "version_types.yaml": {15},
}
_FILES = count()


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LanguageServer, Path]]:
    """The running server and its folder, which has the schema."""
    if "strangers" not in request.config.option.markexpr:
        pytest.skip("installs yaml-language-server from npm; asked for with -m strangers")
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "editors"
    shared.mkdir(exist_ok=True)
    installed = install(SERVER, shared)
    program = Path(installed.environment["NODE_PATH"]) / "yaml-language-server" / "bin" / "yaml-language-server"
    folder = tmp_path_factory.mktemp("manifests")
    schema = folder / "manifest.schema.json"
    schema.write_bytes(SCHEMA.read_bytes())
    yaml = {"schemaStore": {"enable": False}, "schemas": {schema.as_uri(): ["schema-*.yaml"]}}
    settings = {"yaml": {"validate": True, "hover": True, "completion": True, **yaml}}
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), REFUSING)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **proxies}
    with language_server([installed.command[0], str(program), "--stdio"], folder, settings, environment) as running:
        yield running, folder


def new_file(folder: Path, *, with_schema: bool) -> Path:
    """A path that no other text has. `with_schema`: one whose schema the settings name, for all of its documents."""
    return folder / f"{'schema' if with_schema else 'plain'}-{next(_FILES)}.yaml"


def findings(server: tuple[LanguageServer, Path], text: str, *, with_schema: bool = True) -> dict[int, list[str]]:
    """The messages of the server by line, from 1."""
    running, folder = server
    found: dict[int, list[str]] = {}
    for item in running.diagnostics(new_file(folder, with_schema=with_schema), text):
        found.setdefault(item["range"]["start"]["line"] + 1, []).append(item["message"])
    return found


def problems_of(text: str) -> tuple[Problem, ...]:
    return validate(["-"], stdin=text.encode).problems


@pytest.mark.strangers
@pytest.mark.parametrize(
    "text",
    [starter(), EXAMPLE[1] if EXAMPLE else "", (ROOT / "examples" / "workspace.yaml").read_text(encoding="utf-8")],
    ids=["starter", "documentation", "example"],
)
def test_a_good_manifest_has_no_findings(server: tuple[LanguageServer, Path], text: str) -> None:
    text = MODELINE + text.partition("\n")[2]
    assert problems_of(text) == ()
    assert findings(server, text, with_schema=False) == {}


@pytest.mark.strangers
@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_a_bad_manifest_has_findings_in_the_same_lines(server: tuple[LanguageServer, Path], case: Path) -> None:
    text = case.read_text(encoding="utf-8").partition("# expect ")[0]
    theirs, ours = findings(server, text), problems_of(text)
    if any(problem.rule == "yaml" and "YAML" in problem.message for problem in ours):
        assert theirs  # two parsers go on from a syntax error in different ways
        return
    lines = {problem.line for problem in ours}
    assert set(theirs) - lines == ONLY_THEIRS.get(case.name, set())
    by_schema = {problem.line for problem in ours if problem.rule in ("schema", "yaml")}
    assert by_schema - set(theirs) == ONLY_OURS.get(case.name, set())


@pytest.mark.strangers
def test_a_message_is_in_words_and_shows_no_pattern(server: tuple[LanguageServer, Path]) -> None:
    text = (
        'version: 1\nprojects:\n  - {name: Site, estimate: 40h, color: red, hourly_rate: 9x, budget: 5k, note: "a<b"}\n'
        "  - {name: Shop, hourly_rate: {amount: 5, since: 1.1.2026}, members: [jo]}\n  - name: a<b\n  - a<b\n"
        "clients:\n  - {name: Acme, projects: [{name: Site, client: Acme}]}\npolicy: {removal_budget: {share: 25}}\n"
    )
    found = findings(server, MODELINE + text, with_schema=False)
    messages = [message for line in sorted(found) for message in sorted(found[line])]
    assert [message for message in messages if "pattern" in message or "^" in message] == []
    assert 'invalid color: use "#RRGGBB" in quotes (# begins a comment), e.g. "#1976D2"' in messages
    assert "invalid duration: use ISO 8601 hours, minutes, seconds, e.g. PT1H30M" in messages
    assert "invalid share: use a percentage from 0% to 100%, e.g. 25%" in messages
    assert "Property client is not allowed." in found[9]
    assert {problem.line + 1 for problem in problems_of(text)} == set(found)


PLACES: Mapping[str, set[str]] = {
    # a manifest after `version: 1` with the cursor → some suggestions that must be there
    "|": {"clients", "projects", "tags", "policy", "defaults", "task_sets", "removed", "workspace"},
    "clients:\n  - name: A\n    |": {"projects", "was", "archived"},
    "clients:\n  - name: A\n    projects:\n      - name: Site\n        |": {"color", "tasks", "use", "members"},
    "clients:\n  - name: A\n    projects:\n      - name: Site\n        tasks:\n          - name: T\n            |": {
        "status"
    },
    "projects:\n  - name: Site\n    |": {"client", "color", "tasks"},
    "projects:\n  - name: Site\n    members:\n      - email: a@x.example\n        |": {"manager", "hourly_rate"},
    "projects:\n  - name: Site\n    members:\n      - group: G\n        |": set(),
    "projects:\n  - name: Site\n    hourly_rate:\n      |": {"amount"},
    "projects:\n  - name: Site\n    archived: |": {"true", "false"},
    "projects:\n  - name: Site\n    estimate: |": {"auto", "null"},
    "projects:\n  - name: Site\n    color: |": {'"#1976D2"'},
    "projects:\n  - name: Site\n    estimate_reset: |": {"weekly", "null"},
    "projects:\n  - name: Site\n    use: |": set(),
    "projects:\n  - name: Site\n    tasks:\n      - name: T\n        status: |": {"active", "done"},
    "tags:\n  - name: a\n    |": {"was", "archived"},
    "defaults:\n  |": {"client", "project", "task", "tag"},
    "defaults:\n  project:\n    |": {"billable"},
    "policy:\n  |": {"prune", "protect", "checks"},
    "policy:\n  prune:\n    tags: |": {"delete", "archive", "keep"},
    "policy:\n  removal_budget:\n    |": {"count", "share"},
    "policy:\n  checks:\n    - message: x\n      |": {"require", "kind"},
    "policy:\n  checks:\n    - message: x\n      kind: client\n      require:\n        |": {"email"},
    "policy:\n  checks:\n    - message: x\n      require:\n        |": {"billable", "assignees"},
    "policy:\n  checks:\n    - message: x\n      require:\n        billable:\n          |": {"equals"},
    "policy:\n  checks:\n    - message: x\n      require:\n        weekday: |": {"friday"},
    "policy:\n  checks:\n    - message: x\n      level: |": {"error", "warn"},
    "policy:\n  checks: |": set(),
    "removed:\n  - |": {"client", "tag"},
    "removed:\n  - tag: x\n    |": set(),
    "removed: |": set(),
    "workspace:\n  |": {"name", "create"},
    "tags:\n  - name: a\n    for_each:\n      |": {"csv", "product"},
    "tags:\n  - name: a\n    for_each:\n      csv: a.csv\n      |": set(),
    "tags:\n  - name: a\n    for_each:\n      product:\n        x: [b]\n      |": set(),
    "vars:\n  |": set(),
    "include: |": set(),
}
EXCLUDED = {  # where one key rules others out, which are no suggestions then
    "tags:\n  - name: a\n    for_each:\n      csv: a.csv\n      |": {"product"},
    "tags:\n  - name: a\n    for_each:\n      product:\n        x: [b]\n      |": {"csv", "distinct", "where"},
}
UNFINISHED = (
    "has no value", "is empty", "missing key", "no resources declared", "at least one key",
    "needs either 'csv' or 'product'", "must be the name of a file", "must be a mapping of lists", "no such file", "first declared at",
)  # fmt: skip
"""What is still to be written after a suggestion, and no fault of it."""


@pytest.mark.strangers
@pytest.mark.parametrize("place", PLACES)
def test_every_suggestion_is_one_that_validate_accepts(server: tuple[LanguageServer, Path], place: str) -> None:
    running, folder = server
    before, _, after = f"{MODELINE}version: 1\n{place}\n".partition("|")
    line, column = before.count("\n"), len(before.rpartition("\n")[2])
    path = new_file(folder, with_schema=False)
    running.open(path, before + after)
    items = running.completions(path, line, column)
    labels = {item["label"] for item in items}
    assert PLACES[place] <= labels
    assert not EXCLUDED.get(place, set()) & labels
    refused = {}
    for item in items:
        messages = [problem.message for problem in problems_of(_inserted(before + after, item, line, column))]
        refused[item["label"]] = [text for text in messages if not any(part in text for part in UNFINISHED)]
    assert {label: messages for label, messages in refused.items() if messages} == {}


def _inserted(text: str, item: Mapping[str, Any], line: int, column: int) -> str:
    """The text with a suggestion, its further lines indented as editors do."""
    lines = text.split("\n")
    edit = item.get("textEdit") or {"newText": item.get("insertText", item["label"])}
    place = edit.get("range") or {key: {"character": column} for key in ("start", "end")}
    indent = " " * (len(lines[line]) - len(lines[line].lstrip(" ")))
    new = re.sub(r"\$\{\d+(?::([^}]*))?\}|\$\d+", lambda match: match[1] or "", edit["newText"]).replace(
        "\n", f"\n{indent}"
    )
    lines[line] = lines[line][: place["start"]["character"]] + new + lines[line][place["end"]["character"] :]
    return "\n".join(lines)


@pytest.mark.strangers
def test_hovering_shows_descriptions(server: tuple[LanguageServer, Path]) -> None:
    running, folder = server
    text = (
        f"{MODELINE}version: 1\nclients:\n  - name: Acme\n    projects:\n      - name: Site\n        color: '#1976D2'\n"
    )
    path = new_file(folder, with_schema=False)
    running.open(path, text)
    assert "All clients of the workspace" in running.hover(path, 2, 2)
    assert "Name of the client" in running.hover(path, 3, 5)
    assert "The projects of this client" in running.hover(path, 4, 6)
    assert "Color in lists and reports" in running.hover(path, 6, 10)
