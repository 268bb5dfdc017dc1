"""Pulling something new in a folder with a file for each resource: which file it gets, or that it gets none."""

from __future__ import annotations

from tests.manifest.pull.test_pull import pulled_from
from tests.manifest.pull.workspaces import Hand

ACME, BOLT = "version: 1\nclients: [Acme]\n", "version: 1\nclients: [Bolt]\n"


def files_with_a_new_client(*files: tuple[str, str]) -> dict[str, str]:
    """The files that a pull of a new client changes or makes."""

    def change(hand: Hand) -> None:
        hand.make("client", "Corax", None, {})

    pulled = pulled_from("version: 1\ntags: [a]\n", change, *files)
    return {path: text.decode() for path, (_, text) in pulled.files.items()}


def test_a_new_file_is_named_as_the_last_one_is() -> None:
    found = files_with_a_new_client(("clients/acme.yml", ACME), ("clients/bolt.yaml", f"# x\n{BOLT}"))
    assert list(found) == ["clients/corax.yaml"]


def test_there_is_no_new_file_where_a_file_declares_something_else_besides() -> None:
    both = f"{BOLT}policy: {{protect: ['client:Bolt']}}\n"
    found = files_with_a_new_client(("clients/acme.yaml", ACME), ("clients/bolt.yaml", both))
    assert found == {"clients/acme.yaml": ACME.replace("[Acme]", "[Acme, Corax]")}
