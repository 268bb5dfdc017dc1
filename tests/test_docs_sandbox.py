"""The examples of docs/sandbox.md run: those in Python in their order, and the document seeds a sandbox."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox import Store, Switches, create_app, load
from reconciler.sandbox import serve as serving

PAGE = Path(__file__).parents[1] / "docs" / "sandbox.md"
EXAMPLE = re.compile(r"^```(python|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(language: str) -> list[str]:
    """The examples in a language; empty lines in front make a traceback show the line of the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = (match for match in EXAMPLE.finditer(text) if match[1] == language)
    return ["\n" * (text.count("\n", 0, match.start()) + 1) + match[2] for match in found]


def run(example: str, namespace: dict[str, Any]) -> None:
    exec(compile(example, str(PAGE), "exec"), namespace)  # noqa: S102 - our own page


def test_the_examples_of_the_control_api_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    servers: list[Any] = []

    class Recorded(serving._Server):
        def run(self, sockets: Any = None) -> None:
            monkeypatch.setattr(self, "capture_signals", contextlib.nullcontext)  # a thread cannot take signals
            servers.append(self)
            super().run(sockets)

    monkeypatch.setattr(serving, "_Server", Recorded)
    first, second, *_ = examples("python")
    names: dict[str, Any] = {}
    run(first, names)
    app = create_app(names["store"])
    arguments = {"on_ready": names["ready"].set}
    thread = threading.Thread(target=serving.serve, args=(app, names["listening"]), kwargs=arguments, daemon=True)
    thread.start()
    assert names["ready"].wait(60)
    run(second, names)
    assert [w["name"] for w in names["store"].records("workspace")] == ["Acme Studio", "Side Hustle"]
    servers[0].should_exit = True
    thread.join(60)
    names["store"].close()


def test_the_examples_for_tests_run() -> None:
    names: dict[str, Any] = {}
    for example in examples("python")[2:]:
        run(example, names)
    assert names["app"].state.store is names["store"]
    assert names["workspace"]
    names["store"].close()


def test_the_document_seeds_a_sandbox_and_the_ready_file_is_json() -> None:
    ready, document = map(json.loads, examples("json"))
    assert set(ready) == {"url", "port", "pid", "clockify", "maton", "control"}
    with Store(":memory:") as store:
        load(store, document)
        assert [w["name"] for w in store.records("workspace")] == ["Small"]


def test_every_switch_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Switches")[2]
    assert [name for name in Switches().as_json() if name != "requires_key" and f"`{name}`" not in text] == []
