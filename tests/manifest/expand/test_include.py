from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest import include, load
from reconciler.manifest.roots import Roots
from reconciler.model import Address
from tests.manifest.expand.folder import write


def messages(*paths: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        load(paths)
    return [f"{p.place}: {p.message}" + (f" | {p.hint}" if p.hint else "") for p in caught.value.problems]


def test_task_sets_policies_defaults_and_variables_are_shared() -> None:
    write(
        {
            "shared/sets.yaml": "task_sets: {web: ['{team} design', Build]}",
            "shared/rules/policy.yaml": "include: ../sets.yaml\npolicy: {prune: {tags: keep}}\ndefaults: {project: {billable: true}}",
            "acme.yaml": "include: [shared/rules/policy.yaml]\nvars: {team: Acme}\nprojects: [{name: Site, use: [web]}]",
        }
    )
    found = load(["acme.yaml"])
    assert [str(address) for address in found.resources] == ["project:Site", "task:Site/Acme design", "task:Site/Build"]
    assert found.resources[Address("project", ("Site",))].values["billable"] is True
    assert found.policy.prune["tag"] == "keep"
    assert str(found.resources[Address("task", ("Site", "Build"))].source) == "shared/sets.yaml:2:36"
    assert [source.path for source in found.sources] == ["acme.yaml", "shared/rules/policy.yaml", "shared/sets.yaml"]


def test_a_file_that_several_include_is_read_once() -> None:
    write(
        {
            "a.yaml": "include: [b.yaml, c.yaml, ./d.yaml]\ntags: [a]",
            "b.yaml": "include: d.yaml",
            "c.yaml": "include: sub/../d.yaml",
            "d.yaml": "clients: [d]",
        }
    )
    assert [str(address) for address in load(["a.yaml"]).resources] == ["client:d", "tag:a"]
    assert [str(address) for address in load(["."]).resources] == ["client:d", "tag:a"]
    assert [source.path for source in load(["."]).sources] == ["./a.yaml", "./b.yaml", "./c.yaml", "./d.yaml"]


def test_an_included_file_can_have_any_name_and_several_documents() -> None:
    write(
        {
            "a.yaml": "include: .shared/sets.txt\ntags: [a]",
            ".shared/sets.txt": "version: 1\ntags: [b]\n---\nversion: 1\nclients: [c]\n",
        }
    )
    assert [str(address) for address in load(["."]).resources] == ["client:c", "tag:a", "tag:b"]


def test_standard_input_includes_from_the_current_folder() -> None:
    write({"sub/b.yaml": "tags: [b]"})
    found = load(["-"], stdin=lambda: b"version: 1\ninclude: sub/b.yaml\n")
    assert [source.path for source in found.sources] == ["-", "sub/b.yaml"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("none.yaml", "a.yaml:2:10: no such file: 'none.yaml' | the path is relative to this manifest"),
        ("[none.yaml]", "a.yaml:2:11: no such file: 'none.yaml' | the path is relative to this manifest"),
        ("../b.yaml", "a.yaml:2:10: '../b.yaml' is outside of the folder of the manifest"),
        ("/etc/passwd", "a.yaml:2:10: '/etc/passwd' must be a relative path with /"),
        ("sub\\b.yaml", "a.yaml:2:10: 'sub\\b.yaml' must be a relative path with /"),
        ("sub", "a.yaml:2:10: 'sub' is a folder | name its files one by one"),
        ("pipe", "a.yaml:2:10: 'pipe' is not a regular file"),
        ("loop", "a.yaml:2:10: cannot read 'loop': Too many levels of symbolic links"),
        ('"a\\0b"', "a.yaml:2:10: cannot read 'a\\u{0}b': embedded null byte"),
        ("''", "a.yaml:2:10: 'include' is empty"),
        ("5", "a.yaml:2:10: 'include' must be a string or a list, not 5"),
        ("[[b.yaml]]", "a.yaml:2:11: an entry of 'include' must be a string, not a list"),
        ("[b.yaml, b.yaml]", "a.yaml:2:19: duplicate entry 'b.yaml' in 'include' | remove one of them"),
        ("bad.yaml", "bad.yaml:2:"),
        ("{a: b, c: d}", "a.yaml:2:10: 'include' must be a string or a list, not a mapping"),
    ],
)  # fmt: skip
def test_what_cannot_be_included_is_an_error_at_its_place(value: str, expected: str) -> None:
    write(
        {"a.yaml": f"include: {value}\ntags: [a]\n", "b.yaml": "clients: [b]", "sub/x.txt": "", "bad.yaml": "tags: ["}
    )
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    found = messages("a.yaml")
    assert len(found) == 1, found
    assert found[0].startswith(expected)


def test_a_link_that_leads_outside_is_refused_unless_its_folder_is_a_path_too(tmp_path: Path) -> None:
    write({"in/a.yaml": "include: [link.yaml, sub/b.yaml]\ntags: [a]", "out/b.yaml": "clients: [b]"})
    Path("in/link.yaml").symlink_to(tmp_path / "out/b.yaml")
    Path("in/sub").symlink_to(tmp_path / "out")
    hint = "move it there, or name the folder that has it as a path of the command too"
    assert messages("in/a.yaml") == [
        f"in/a.yaml:2:11: 'link.yaml' is outside of the folder of the manifest | {hint}",
        f"in/a.yaml:2:22: 'sub/b.yaml' is outside of the folder of the manifest | {hint}",
    ]
    for paths in (["in/a.yaml", "out"], ["out", "in/a.yaml"], ["."]):
        assert [str(address) for address in load(paths).resources] == ["client:b", "tag:a"]


def test_a_folder_with_a_similar_name_is_outside() -> None:
    write({"team/a.yaml": "include: ../team2/b.yaml\ntags: [a]", "team2/b.yaml": "clients: [b]"})
    assert "is outside of the folder of the manifest" in messages("team/a.yaml")[0]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.yaml": "include: a.yaml"}, ["a.yaml:2:10: include cycle: a.yaml → a.yaml | remove one of the includes"]),
        (
            {"a.yaml": "include: b.yaml", "b.yaml": "include: c.yaml", "c.yaml": "include: [b.yaml, a.yaml]"},
            [
                "c.yaml:2:11: include cycle: c.yaml → b.yaml → c.yaml | remove one of the includes",
                "c.yaml:2:19: include cycle: c.yaml → a.yaml → b.yaml → c.yaml | remove one of the includes",
            ],
        ),
    ],
)
def test_a_cycle_is_an_error(files: dict[str, str], expected: list[str]) -> None:
    write({**files, "tags.yaml": "tags: [a]"})
    assert messages("a.yaml", "tags.yaml") == expected


def test_too_many_includes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(include, "MAX_INCLUDES", 2)
    write(
        {
            "a.yaml": "include: [b.yaml, c.yaml, d.yaml]\ntags: [a]",
            "b.yaml": "clients: []",
            "c.yaml": "clients: []",
            "d.yaml": "",
        }
    )
    assert messages("a.yaml") == ["a.yaml:2:27: more than 2 includes | name a folder as a path of the command instead"]


def test_a_missing_include_hides_no_problem_and_makes_none() -> None:
    write({"a.yaml": "include: sets.yaml\ntags: [{name: a, colour: red}]\nprojects: [{name: Site, use: [web]}]"})
    assert [message.partition(" | ")[0] for message in messages("a.yaml")] == [
        "a.yaml:2:10: no such file: 'sets.yaml'",
        "a.yaml:3:18: unknown key 'colour' in a tag",
    ]


def test_braces_in_an_include_are_plain() -> None:
    write({"a.yaml": "vars: {x: b}\ninclude: '{x}.yaml'\ntags: ['{x}']", "{x}.yaml": "clients: [c]"})
    assert [str(address) for address in load(["a.yaml"]).resources] == ["client:c", "tag:b"]


@pytest.mark.parametrize("text", ["include: sets.yaml\ntags: [a]", "tags: [{for_each: {csv: sets.yaml}, name: '{x}'}]"])
def test_a_file_that_cannot_be_read_any_more_is_a_problem_at_its_place(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(path: str) -> bytes:
        raise PermissionError(13, "Permission denied", path)

    write({"a.yaml": text, "sets.yaml": ""})
    monkeypatch.setattr(
        "reconciler.manifest.files.read_bytes",
        lambda path: refusing(path) if "sets" in path else Path(path).read_bytes(),
    )
    monkeypatch.setattr("reconciler.manifest.expand.tables.read_bytes", refusing)
    column = text.splitlines()[0].index("sets") + 1
    assert messages("a.yaml") == [f"a.yaml:2:{column}: cannot read 'sets.yaml': Permission denied"]


def test_a_file_that_two_ways_lead_to_is_no_cycle() -> None:
    write(
        {
            "a.yaml": "include: [b.yaml, c.yaml]\ntags: [a]",
            "b.yaml": "include: d.yaml",
            "c.yaml": "include: d.yaml",
            "d.yaml": "clients: [d]",
            "e.yaml": "include: a.yaml\nprojects: [P1]",
        }
    )
    assert [str(address) for address in load(["a.yaml", "e.yaml"]).resources] == ["client:d", "project:P1", "tag:a"]


def test_a_path_that_cannot_be_one_has_no_folder() -> None:
    assert Roots.of(["a\0b/m.yaml"]).folders == []


def test_the_table_of_an_included_file_is_found_in_a_folder_whose_name_is_not_utf_8() -> None:
    folder = "caf\udce9"
    try:
        Path(folder).mkdir()
    except OSError:
        pytest.skip("the file system has only names in UTF-8")
    write(
        {
            f"{folder}/a.yaml": "include: sub/sets.yaml\nprojects: [{name: Site, use: [web]}]",
            f"{folder}/sub/sets.yaml": "task_sets: {web: [{for_each: {csv: tasks.csv}, name: '{Task}'}]}",
            f"{folder}/sub/tasks.csv": "Task\nDesign\n",
        }
    )
    assert [str(address) for address in load([f"{folder}/a.yaml"]).resources] == ["project:Site", "task:Site/Design"]
