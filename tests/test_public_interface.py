"""`import reconciler`: the main job from a program, and nothing loaded before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import reconciler
from reconciler import (
    GatewayConfig,
    Target,
    apply,
    approve,
    choose_workspace,
    load,
    make_plan,
    open_reader,
    open_writer,
)
from reconciler import read as read_workspace
from reconciler.sandbox import Store, create_app, seed


def test_every_public_name_is_there_and_listed() -> None:
    assert set(reconciler.__all__) == {"__version__", *reconciler._ROOM_OF}
    for name in reconciler.__all__:
        assert getattr(reconciler, name) is not None
        assert name in dir(reconciler)


def test_everything_public_is_documented() -> None:
    assert all(getattr(reconciler, name).__doc__ for name in reconciler.__all__ if name != "__version__")


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = reconciler.nonsense


def test_importing_it_loads_no_room() -> None:
    code = "import sys, reconciler; print(*[n for n in sys.modules if n.startswith('reconciler')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert sorted(done.stdout.split()) == ["reconciler", "reconciler.version"]


def test_the_main_job_works_as_its_docstring_says() -> None:
    desired = load(["-"], stdin=lambda: b"version: 1\npolicy: {prune: {tags: keep}}\ntags: [from a program]\n")
    with Store() as store:
        seed(store)
        config = GatewayConfig("sandbox", app=create_app(store))
        with open_reader(config) as reader:
            workspace = choose_workspace(reader, "Acme Studio")
            reading = read_workspace(reader, desired, workspace)
        target = Target(config.name, config.base_url, workspace.id, workspace.name)
        plan = make_plan(desired, reading.live, reading.usage, target=target)
        with open_writer(config) as writer:
            report = apply(approve(plan, plan.digest), writer, reading)
        assert report.exit_code == 0
        assert "from a program" in {tag["name"] for tag in store.records("tag", workspace.id)}
