"""Random manifests with rows, variables and includes end in a desired state or in problems with their places, never in a traceback."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest import load, validate
from reconciler.model import Address

PIECES = (
    "{", "}", "{{", "}}", "|", "$", "{a}", "{b}", "{item}", "{Name}", "{a|slug}", "{a|upper|trim}", "{b|x}", "{ }", "${X}", "{{ y }}",
    "a", "Web", "é", "日本", " ", "\u200b", "\t", "/", "\\", ":", "#", "'", '"', "-", "[", "<", "💡", "0", "1.5", "true", "null",
)  # fmt: skip
CELLS = (
    "",
    "a",
    "=1+1",
    "yes",
    "no",
    "40h",
    "{a}",
    "1e5",
    "#1976D2",
    "x;y",
    '"q"',
    "null",
    "été",
    "jo@a.example",
    " ",
    "@x",
    "-1",
)
KEYS = ("name", "note", "archived", "was", "tasks", "projects", "client", "estimate", "billable", "color", "email", "use", "hourly_rate",
        "assignees", "status", "for_each", "members", "cc_emails", "nmae")  # fmt: skip


class Maker:
    """Makes random parts of manifests, as values for JSON, which is YAML."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret

    def text(self) -> str:
        return "".join(self.random.choices(PIECES, k=self.random.randrange(5)))

    def scalar(self) -> object:
        return self.random.choice((self.text(), self.text(), self.text(), 7, True, None, 2.5))

    def row(self, depth: int = 0) -> object:
        kind = self.random.randrange(8 if depth else 6)
        if kind < 2:
            return self.scalar()
        if kind == 7:
            return [self.row(depth + 1)]
        return {name: self.scalar() for name in self.random.sample(("a", "b", "Name", "item", "{a}"), 2)}

    def rows(self) -> object:
        some = [self.row() for _ in range(self.random.randrange(4))]
        csv = {"csv": self.random.choice(("t.csv", "{a}.csv", "../t.csv", "none.csv", "t.csv", self.text()))}
        product = {"product": {self.random.choice("ab"): some, "c": [1, 2]}}
        narrowed = {
            **csv,
            self.random.choice(("where", "distinct")): self.random.choice(({"Name": "{a}"}, "Name", ["B"], some)),
        }
        return self.random.choice((some, some, csv, csv, product, narrowed, self.scalar(), {}, {**csv, **product}))

    def entry(self, depth: int = 0) -> object:
        if self.random.random() < 0.3:
            return self.scalar()
        found: dict[str, object] = {"name": self.text()}
        if self.random.random() < 0.5:
            found["for_each"] = self.rows()
        for key in self.random.sample(KEYS, self.random.randrange(4)):
            is_list = key in ("tasks", "projects") and depth < 2
            found[key] = self.rows() if key == "for_each" else self.entries(depth + 1) if is_list else self.scalar()
        return found

    def entries(self, depth: int = 0) -> object:
        return (
            [self.entry(depth) for _ in range(self.random.randrange(3))] if self.random.random() < 0.9 else self.text()
        )

    def manifest(self) -> str:
        found: dict[str, object] = {"version": 1}
        for section in self.random.sample(("tags", "clients", "projects"), self.random.randrange(1, 4)):
            found[section] = self.entries()
        if self.random.random() < 0.6:
            names = self.random.sample(("a", "b", "c", "item", "x-y"), self.random.randrange(4))
            found["vars"] = {name: self.scalar() for name in names}
        if self.random.random() < 0.3:
            found["include"] = self.random.choice(
                ("w.yaml", "o.yaml", ["o.yaml", "t.csv"], self.text(), [self.text()], 5)
            )
        if self.random.random() < 0.2:
            found["task_sets"] = {self.text(): self.entries()}
            found["policy"] = {
                "protect": [self.text()],
                "checks": [{"message": self.text(), "require": {"name": self.text()}}],
            }
        text = json.dumps(found, ensure_ascii=self.random.random() < 0.5)
        return text if self.random.random() < 0.95 else text.replace('"', "", self.random.randrange(1, 9))

    def table(self) -> str:
        header = self.random.choice(("Name,B", "Name;a;b", "Name,Name", "", "a,b,Name", "item\tName"))
        lines = [",".join(self.random.choices(CELLS, k=3)) for _ in range(self.random.randrange(4))]
        return "\n".join((header, *lines))


def play(seeds: range) -> int:
    """Load a random manifest for each seed; how many were valid."""
    valid = 0
    for seed in seeds:
        maker = Maker(seed)
        for name, text in (("w.yaml", maker.manifest()), ("o.yaml", maker.manifest()), ("t.csv", maker.table())):
            Path(name).write_bytes(text.encode("utf-8", errors="surrogatepass"))
        variables = {name: maker.text() for name in ("a", "b")[: maker.random.randrange(3)]}
        try:
            found = load(["w.yaml"], variables=variables, environment={"A": "x", "c": maker.text()})
        except ManifestError as error:
            if not all(problem.message and (problem.line or not problem.row) for problem in error.problems):
                raise AssertionError(f"seed {seed}: {error.problems}") from error
        else:
            valid += 1
            assert all(resource.source and resource.source.line for resource in found.resources.values())
        validate(["w.yaml"], variables=variables)
    return valid


def test_random_templates_are_valid_or_have_problems() -> None:
    assert play(range(50)) > 0


@pytest.mark.slow
def test_many_random_templates_are_valid_or_have_problems() -> None:
    assert play(range(1000, 1200)) > 5


def written_out(rows: list[dict[str, str]], tasks: list[str]) -> str:
    """The manifest that rows make, with every entry written by hand."""
    projects = [
        {
            "name": f"{{x}} {row['a']}",
            **({"note": row["b"]} if row["b"] else {}),
            "billable": row["c"] == "yes",
            "tasks": [f"{task} {row['a'].upper()}" for task in tasks],
        }
        for row in rows
    ]
    return json.dumps({"version": 1, "projects": projects})


@pytest.mark.parametrize("seed", range(6))
def test_rows_make_what_the_same_entries_written_out_make(seed: int) -> None:
    source = random.Random(seed)  # noqa: S311 - no secret
    names = [f"{source.choice('äBc日')}{number}" for number in range(source.randrange(1, 12))]
    rows = [
        {"a": name, "b": source.choice(("", "n", "{a}", "=1")), "c": source.choice(("yes", "no"))} for name in names
    ]
    tasks = ["Design", "Build"][: source.randrange(3)]
    template = {
        "name": "{{x} {a}",
        "note": "{b}",
        "billable": "{c}",
        "tasks": [f"{task} {{a|upper}}" for task in tasks],
    }
    Path("t.csv").write_text("\n".join(["a,b,c", *(",".join(row.values()) for row in rows)]))
    expected = load(["-"], stdin=written_out(rows, tasks).encode)
    for forms in (rows, {"csv": "t.csv"}):
        manifest = json.dumps({"version": 1, "projects": [{"for_each": forms, **template}]})
        found = load(["-"], stdin=manifest.encode)
        assert {a: r.values for a, r in found.resources.items()} == {a: r.values for a, r in expected.resources.items()}
        assert found.sections == expected.sections
        assert Address("project", (f"{{x}} {names[0]}",)) in found.resources
