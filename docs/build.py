"""Writes what is derived from the code: schemas/*.json and docs/manifest.md. `--check` only says whether they are up to date."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.field_types import DURATION_PATTERN, EMAIL_PATTERN, Colour
from reconciler.manifest.schema.kinds import kind_schema
from reconciler.manifest.schema.manifest import manifest_schema

ROOT = Path(__file__).resolve().parent.parent

EXAMPLE = """\
# yaml-language-server: $schema=manifest.schema.json
version: 1
workspace: Acme Studio
policy:
  prune: {clients: archive}
  protect: ["client:Acme Corp"]
  checks:
    - {message: every project needs a client, kind: project, require: {client: {is_set: true}}, level: warn}
defaults:
  project: {billable: true, public: false}
task_sets:
  web-build: [Discovery, Design, Build, {name: QA, estimate: PT8H}]
tags:
  - urgent
  - {name: legacy, archived: true}
clients:
  - name: Acme Corp
    was: ACME
    email: billing@acme.example
    projects:
      - name: Website
        color: "#1976D2"
        hourly_rate: "95.00"
        use: [web-build]
        tasks:
          - Kick-off
          - {name: QA, assignees: [jo@acme.example]}
projects:
  - name: Internal ops
removed:
  - tag: old-tag
  - project: Acme Corp/Intranet
"""

INTRO = """\
# Manifests

<!-- Written by docs/build.py from the schema. Change the kinds, or that script, and run it again. -->

A manifest says what a Clockify workspace should hold. It is YAML, in one file, in several, or in folders of them (`*.yaml` and
`*.yml`, at any depth; names that begin with a dot are passed over); `-` is standard input. A file may hold several documents.

```yaml
{example}```

## How it is read

- **Only what is declared is managed.** A field that is left out keeps the value that it has; `null` clears it, where it can be
  cleared. What is listed is in use: `archived` and `status` have a default for that reason.
- **A section that is present is the whole truth for its kind**; what the workspace has beyond it is removed as `policy` says.
  `tags: []` says that there should be no tags. A section that no manifest has is left alone. `projects` counts as
  present when it stands at the top or under any client; `tasks` (or `use`) counts within its project.
- **Files merge.** The order of files, documents and keys means nothing. The same resource twice is an error, and so are two
  different words on the workspace, on one rule of the policy, on one default, or on one task set.
- **Defaults** fill the fields that a resource leaves out. **Task sets** come first, then the project's own `tasks`; a task in
  both is the set's with the project's fields laid over it.
- **Earlier names.** `was:` makes something new a rename or a move of what is there. Where a plan would create one thing and
  remove another that looks like it (a close name, the same parent, the same tasks or fields), the removal is blocked until you
  say either: `was:`, with the line that the plan prints (a bare string becomes `{name: …, was: …}`), or
  `--allow-removal ADDRESS`. `plan --accept-renames` shows the plan as if all the lines were there. What `removed:` lists has
  been answered that way, and is not asked about.
- **Addresses** are `client:NAME`, `project:CLIENT/NAME` (`project:NAME` without a client), `task:CLIENT/PROJECT/NAME` and
  `tag:NAME`. In them a slash inside a name is written `\\/`, a backslash `\\\\`. `removed:` and `was:` take such paths; in `name:`
  and `client:` a name is written as it is.
- **Names** have no blanks around them, no `<` and `>`, no control characters and no invisible ones (but for those that hold an emoji
  together), and are in Unicode's composed form (NFC). Two names in one place that differ only in letter case or blanks are an error.
- **YAML 1.2**: `no`, `on`, `1:30` and dates are text; only `true` and `false` are booleans. Merge keys (`<<`) do not exist.
  Text that is all digits needs quotes (`"2024"`), and so does a colour, since `#` begins a comment.

`reconciler validate` reports every problem of every file at once, each with file, line and column.

## In an editor

Editors that speak the YAML language server read the schema from a comment in the first line:

```yaml
# yaml-language-server: $schema=manifest.schema.json
```

`reconciler schema > manifest.schema.json` writes it; it is also in `schemas/`, with a file for each kind.
"""

CHECKS = """
```yaml
policy:
  checks:
    - message: every project needs a client
      kind: project
      require: {client: {is_set: true}}
    - message: no deletes on a Friday
      action: delete
      forbid: {weekday: friday}
    - message: a colour that is not ours
      level: warn
      kind: project
      require: {color: {in: ["#1976D2", "#AB47BC"]}}
    - message: projects are named by a number and a name
      name: naming
      kind: project
      when: {client: {not_equals: Internal}}
      require: {name: {matches: "[0-9]{4} .+"}}
    - message: every project is billable
      kind: project
      require: {billable: true}
```

`validate` looks at what the manifests declare, and passes over what only the workspace knows: a field that nobody declares keeps
its live value. `plan` looks at every change, at the values that there will be after it (for a delete, at those there are). What
breaks an `error` is blocked there, and `apply` asks again; a value that cannot be known counts as broken. A resource that does
not change is not looked at by `plan`. Several rules may be broken at once; the plan names one for each change, `validate` all.

Text is compared letter by letter. `weekday` is the day where the program runs. A pattern is matched in time that only grows with
the text, whatever it says: no manifest can make the program hang.
"""

_TYPES = {"array": "list", "object": "mapping", "string": "text", "boolean": "true or false", "integer": "whole number"}
_FORMS = {EMAIL_PATTERN: "e-mail address", DURATION_PATTERN: "duration", Colour().schema["pattern"]: "`#RRGGBB`"}


def outputs() -> dict[str, str]:
    """Path below the repository → what the file should hold."""
    files = {"schemas/manifest.schema.json": _json(manifest_schema()), "docs/manifest.md": "".join(_page())}
    for kind in KINDS:
        files[f"schemas/{kind.name}.schema.json"] = _json(kind_schema(kind))
    return files


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _page() -> Iterator[str]:
    schema = manifest_schema()
    definitions = schema["$defs"]
    yield INTRO.replace("{example}", EXAMPLE)
    yield _section("## A document", schema)
    for kind in KINDS:
        yield _section(f"## {kind.title}", definitions[kind.name])
    policy = definitions["policy"]
    yield _section("## Policy", policy)
    for key, part in policy["properties"].items():
        if "properties" in part:
            yield _section(f"### `{key}`", part)
    yield _section("### A check", definitions["check"]) + CHECKS
    yield _section("### What a check asks for", definitions["conditions"])
    yield _section("### How it asks", definitions["condition"])
    yield _section("## Task sets", definitions["task_sets"])
    yield _section("## Removed", {**definitions["removed"], **definitions["removed"]["items"]})


def _section(heading: str, schema: Mapping[str, Any]) -> str:
    lines = ["", heading, "", schema["description"], ""]
    if schema.get("properties"):
        lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
        for key, part in schema["properties"].items():
            needed = " (required)" if key in schema.get("required", ()) else ""
            default = f"`{json.dumps(part['default'])}`" if "default" in part else ""
            cells = [f"`{key}`{needed}", _form(part), default, part["description"]]
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _form(part: Mapping[str, Any]) -> str:
    """What may be written, in a few words."""
    if "$ref" in part:
        return "mapping" if not part["$ref"].endswith("removed") else "list"
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_form(branch) for branch in part["anyOf"]))
    if "enum" in part:
        return ", ".join(f"`{word}`" for word in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    types: list[str] = part["type"] if isinstance(part["type"], list) else [part["type"]]
    if part.get("pattern") in _FORMS:
        words = [_FORMS[part["pattern"]]] + ["null"] * ("null" in types)
    else:
        words = [_TYPES.get(word, word) for word in types]
    bounds = ""
    if "maxLength" in part and part.get("pattern") not in _FORMS:
        bounds = f", {part.get('minLength', 0)}–{part['maxLength']} characters"
    elif "maxItems" in part:
        bounds = f", {part['maxItems']} at most"
    return " or ".join(words) + bounds


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` name those that are not up to date."""
    stale = []
    for path, text in outputs().items():
        file = ROOT / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(path)
            if "--check" not in arguments:
                file.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"not up to date: {path}" if "--check" in arguments else f"written: {path}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
