from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.kinds import KINDS
from reconciler.manifest import manifest_schema
from reconciler.manifest.validation.messages import explain
from reconciler.manifest.validation.validate import is_valid, validate_document
from reconciler.manifest.yaml.document import INVALID, Document
from reconciler.manifest.yaml.nodes import read_documents
from reconciler.manifest.yaml.text import SourceText

KEYS = sorted({"name", "was", "client", "use", "tasks", "projects", "nmae"} | {f.name for k in KINDS for f in k.fields})
# JSON escapes characters above U+FFFF as surrogate pairs, which libyaml does not join.
TEXT = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=5)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**17), st.floats(-10, 1e9, width=32),
    st.sampled_from(["", " x", "Acme", "a<b", "a@b.example", "PT1H", "PT", "#1976D2", "#1976D2\n", "95.00", "95.00\n", "active", "done",
                     "a\ufeff@b.example", "PT1H\n", "x" * 300, "é\u0301", "\u2028", "a@b.example\n", "25%", "25%\n"]),
    TEXT,
)  # fmt: skip
RESOURCES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
MANIFESTS = st.fixed_dictionaries(
    {"version": st.sampled_from([1, 1, 1, 1, 1.0, 2, "1", True])},
    optional={
        "clients": st.lists(RESOURCES, max_size=3), "projects": st.lists(RESOURCES, max_size=3), "tags": st.lists(RESOURCES, max_size=3),
        "task_sets": st.dictionaries(TEXT, st.lists(RESOURCES, max_size=2), max_size=2),
        "defaults": st.dictionaries(st.sampled_from([k.name for k in KINDS]), RESOURCES, max_size=2),
        "policy": RESOURCES, "removed": st.lists(st.dictionaries(st.sampled_from([k.name for k in KINDS]), SCALARS), max_size=2),
        "workspace": SCALARS,
    },
)  # fmt: skip


def test_where_the_engines_disagree_the_document_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.manifest.validation.validate.is_valid", lambda _: False)
    found = validate_document(document({"version": 1, "tags": ["a"]}))
    assert [(p.line, p.column, p.message) for p in found] == [(1, 1, "the document does not match the schema")]


def test_a_violation_that_has_no_words_of_its_own_is_named() -> None:
    error = jsonschema.ValidationError("", validator="contains")
    (problem,) = explain(document({"version": 1, "tags": ["a"]}), ("tags",), error)
    assert (problem.line, problem.message) == (1, "'tags' does not match the schema (contains)")


def document(value: Any) -> Document:
    documents, problems, _ = read_documents(SourceText("a.yaml", json.dumps(value)))
    assert problems == []
    return documents[0]


def without_invalid(value: Any) -> Any:
    """Without invalid entries; an invalid name is kept for what nests in its resource, and replaced here."""
    if isinstance(value, dict):
        parts = {key: without_invalid(part) for key, part in value.items()}
        return parts | ({"name": "Valid"} if isinstance(value.get("name"), str) else {})
    if isinstance(value, list):
        return [without_invalid(part) for part in value if part is not INVALID]
    return value


@pytest.mark.slow
@given(MANIFESTS)
@settings(deadline=None, max_examples=120)
def test_both_engines_agree(value: Any) -> None:
    found = validate_document(document(copy.deepcopy(value)))
    assert is_valid(value) is not bool(found)
    assert not any("not match the schema" in problem.message for problem in found)


@pytest.mark.slow
@given(MANIFESTS)
@settings(deadline=None, max_examples=80)
def test_the_document_is_valid_after_invalid_parts_are_cut(value: Any) -> None:
    found = document(value)
    found_problems = validate_document(found)
    if found.value is not None and not any("missing key 'version'" in p.message for p in found_problems):
        assert is_valid({"version": 1, **without_invalid(found.value)})


def test_patterns_follow_ecma_262_in_python() -> None:
    value = {"version": 1, "projects": [{"name": "Website", "color": "#1976D2\n"}]}
    assert jsonschema.Draft202012Validator(manifest_schema()).is_valid(value)
    assert not is_valid(value)
    assert [problem.message for problem in validate_document(document(value))] == ["invalid color '#1976D2\\u{a}'"]


def test_what_is_wrong_in_the_form_that_was_chosen_is_what_is_reported() -> None:
    """A name or a list of names; a check of one kind or of several."""
    checks = [{"message": "m", "kind": ["projct"], "require": {"name": "x"}}]
    value = {"version": 1, "tags": [{"name": "a", "was": ["b", "b"]}], "policy": {"checks": checks}}
    assert sorted(problem.message for problem in validate_document(document(value))) == [
        "duplicate entry 'b' in 'was'",
        "invalid value 'projct' for an entry of 'kind'",
    ]


def test_one_invalid_task_of_many_is_the_only_problem() -> None:
    tasks: list[Any] = [{"name": f"Task {n}", "billable": True} for n in range(3000)]
    tasks[1234]["billable"] = "perhaps"
    text = yaml.safe_dump({"version": 1, "projects": [{"name": "Website", "tasks": tasks}]}, sort_keys=True)
    documents, _, _ = read_documents(SourceText("a.yaml", text))
    (problem,) = validate_document(documents[0])
    assert "perhaps" in problem.excerpt
    assert problem.message == "'billable' must be true or false, not 'perhaps'"
