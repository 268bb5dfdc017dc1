"""Links to the places in manifests."""

from __future__ import annotations

import pytest

from reconciler.render.links import place_of, require_source_url, source_link

URL = "https://git.example/acme/ws/blob/main"


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("workspace.yaml:12:5", f"{URL}/workspace.yaml#L12"),
        ("./team/a b.yaml:1:1", f"{URL}/team/a%20b.yaml#L1"),
        ("team/../x.yaml:3:1", f"{URL}/x.yaml#L3"),
        ('"><script>.yaml:1:1', f"{URL}/%22%3E%3Cscript%3E.yaml#L1"),
        ("q?x#y.yaml:2:1", f"{URL}/q%3Fx%23y.yaml#L2"),
        ("é.yaml:2:1", f"{URL}/%C3%A9.yaml#L2"),
        ("\udcff.yaml:2:1", f"{URL}/%3F.yaml#L2"),
        ("../other/x.yaml:3:1", ""),
        ("/etc/x.yaml:3:1", ""),
        ("the recorded run", ""),
        ("x.yaml", ""),
        ("x.yaml:٣:1", ""),
        (".:1:1", ""),
        ("", ""),
    ],
)
def test_a_place_in_the_folder_is_linked_and_any_other_is_not(source: str, link: str) -> None:
    assert source_link(URL, source) == link
    assert source_link("", source) == ""


@pytest.mark.parametrize("url", [URL, "http://localhost:3000/x", "https://git.example/%20", "https://git.example"])
def test_addresses_of_the_web_are_accepted_without_their_last_slash(url: str) -> None:
    assert require_source_url(url) == url
    assert require_source_url(url + "/") == url


@pytest.mark.parametrize(
    "url",
    [
        "", "git.example/x", "javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "file:///x", "https://", "https:///x",
        "https://me@git.example", "https://git.example/?a", "https://git.example/#a", "https://git.example/?",
        "https://git.example/ x", "https://git.example/\"x", "https://git.example/\n", "https://git.example/é", "https://[x",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        require_source_url(url)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("workspace.yaml:12:5", ("workspace.yaml", 12, 5)),
        ("a:b (c).yaml:3:5 (projects.csv:7)", ("a:b (c).yaml", 3, 5)),
        ("a (b):1:2", ("a (b)", 1, 2)),
        ("a:1:2 (b.yaml:3:4", ("a:1:2 (b.yaml", 3, 4)),
        ("the recorded run", ("", 0, 0)),
        ("workspace.yaml (x)", ("", 0, 0)),
        (f"workspace.yaml:{'1' * 5000}:5", ("", 0, 0)),
        ("", ("", 0, 0)),
    ],
)
def test_a_place_is_taken_apart(source: str, place: tuple[str, int, int]) -> None:
    assert place_of(source) == place
