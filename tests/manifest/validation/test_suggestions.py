from __future__ import annotations

from reconciler.manifest.validation.suggestions import did_you_mean, enumerate_words
from reconciler.text import suggest


def test_the_nearest_candidate_is_suggested_in_its_own_spelling() -> None:
    assert suggest("clinet", ["project", "Client", "tag"]) == "Client"
    assert suggest("ACME CROP", ["Acme Corp", "Bluebird"]) == "Acme Corp"


def test_without_a_near_candidate_nothing_is_suggested() -> None:
    assert suggest("colour", ["name", "tasks"]) == ""
    assert suggest("colour", []) == ""


def test_a_hint_suggests_a_word_or_falls_back() -> None:
    assert did_you_mean("clinet", ["client"]) == "did you mean 'client'?"
    assert did_you_mean("x", ["client"], otherwise="use a kind") == "use a kind"


def test_words_are_quoted_and_joined() -> None:
    assert enumerate_words(["a"]) == "'a'"
    assert enumerate_words(["a", "b", "c"], "or") == "'a', 'b' or 'c'"
