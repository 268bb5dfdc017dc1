"""The unified diff: applied to the old text, it gives the new one."""

from __future__ import annotations

from random import Random

import pytest

from reconciler.render.lines import to_plain
from reconciler.render.unified_diff import _anchors, diff_lines


def diff(before: str, after: str) -> str:
    return to_plain(diff_lines("m.yaml", before, after))


def patched(before: str, text: str) -> str:
    """The text after a patch, read as the tool of that name reads it."""
    old = before.splitlines(keepends=True)
    result: list[str] = []
    at = 0
    for line in text.splitlines()[2:]:
        if line.startswith("@@"):
            start, _, count = line.split()[1][1:].partition(",")
            stop = int(start) - (count != "0")
            result += old[at:stop]
            at = stop
        elif line[0] == "+":
            result.append(f"{line[1:]}\n")
        elif line[0] == "\\":
            result[-1] = result[-1].removesuffix("\n")
        else:
            assert old[at].rstrip("\n") == line[1:]
            if line[0] == " ":
                result.append(old[at])
            at += 1
    return "".join((*result, *old[at:]))


def test_an_equal_text_has_no_diff() -> None:
    assert diff("a\n", "a\n") == ""


def test_hunks_have_three_lines_of_context() -> None:
    before = "".join(f"{n}\n" for n in range(20))
    assert diff(before, before.replace("10\n", "ten\n")) == (
        "--- m.yaml\n+++ m.yaml\n@@ -8,7 +8,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n"
    )


@pytest.mark.parametrize(
    ("second", "hunks"),
    [("9", ["@@ -1,13 +1,13 @@"]), ("10", ["@@ -1,6 +1,6 @@", "@@ -8,6 +8,6 @@"])],
)
def test_changes_whose_context_touches_are_one_hunk(second: str, hunks: list[str]) -> None:
    before = "".join(f"{n}\n" for n in range(13))
    after = before.replace("2\n", "two\n", 1).replace(f"{second}\n", "later\n")
    assert [line for line in diff(before, after).splitlines() if line.startswith("@@")] == hunks


def test_a_new_file_and_a_last_line_without_a_break() -> None:
    assert (
        to_plain(diff_lines("m", "", "a", is_new=True))
        == "--- /dev/null\n+++ m\n@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n"
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_patch_gives_the_new_text(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a draw, no secret
    words = [f"{n}\n" for n in range(random.choice((3, 12, 60)))]
    before = [random.choice(words) for _ in range(random.randint(0, 60))]
    after = list(before)
    for _ in range(random.randint(1, 8)):
        at = random.randint(0, len(after))
        after[at : at + random.randint(0, 3)] = [random.choice(words) for _ in range(random.randint(0, 3))]
    old, new = "".join(before), "".join(after)
    text = diff(old, new)
    assert patched(old, text) == new if text else old == new


def test_lines_that_both_texts_have_once_hold_them_together() -> None:
    assert _anchors(["a", "b", "b", "c"], ["x", "a", "c", "b"]) == [(0, 1), (3, 2)]
    assert _anchors(["a"], ["b"]) == []


@pytest.mark.parametrize(("number", "is_compared"), [(400, True), (401, False)])
def test_blocks_of_up_to_four_hundred_lines_without_a_line_of_their_own_in_common_are_compared(
    number: int, *, is_compared: bool
) -> None:
    """A line that is there twice holds no blocks together, but both texts have it."""
    before, after = ("".join(f"{side}{n}\n" for n in range(number - 2)) for side in "ab")
    text = diff(f"{before}twice\ntwice\n", f"twice\ntwice\n{after}")
    assert ("\n twice\n" in text) is is_compared
