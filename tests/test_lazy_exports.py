"""Packages that import what they export on first use: the table, the imports for type checkers, and how names behave."""

from __future__ import annotations

import importlib
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from reconciler.lazy_exports import LazyPackage, export_on_use
from tests.architecture.package import modules
from tests.waiting import HANGING

PACKAGES = {f"reconciler.{m.name}".rstrip("."): m.exported_on_use for m in modules() if m.exported_on_use}


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_the_imports_for_type_checkers_are_those_of_the_table(name: str) -> None:
    package = importlib.import_module(name)
    assert isinstance(package, LazyPackage)
    assert {each: f"{name}.{place}" for each, place in package.exported.items()} == PACKAGES[name]
    assert set(package.exported) <= set(dir(package))
    for each in package.exported:
        assert getattr(package, each) is getattr(importlib.import_module(PACKAGES[name][each]), each)


def test_a_module_never_hides_an_export_of_its_name() -> None:
    code = (
        "import reconciler.planning.requirements, reconciler.applying.approve\n"
        "from reconciler.applying import approve\n"
        "from reconciler.planning import requirements\n"
        "print(approve.__name__, callable(approve), callable(requirements))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=HANGING, check=True)
    assert done.stdout == "approve True True\n"


def test_a_name_is_imported_once_and_an_unknown_one_is_an_attribute_error(monkeypatch: pytest.MonkeyPatch) -> None:
    package: Any = ModuleType("tests_of_packages")
    monkeypatch.setitem(sys.modules, package.__name__, package)
    inner = ModuleType("tests_of_packages.inner")
    vars(inner)["thing"] = object()
    monkeypatch.setitem(sys.modules, inner.__name__, inner)
    vars(package)["__all__"] = ["__version__"]
    export_on_use(package.__name__, {"inner": "thing"})
    assert vars(package)["__all__"] == ["__version__", "thing"]
    assert "thing" not in vars(package)
    assert package.thing is vars(inner)["thing"]
    assert "thing" in vars(package)
    package.thing = ModuleType("thing")  # as the import system binds a module
    assert package.thing is vars(inner)["thing"]
    package.other = inner
    assert package.other is inner
    with pytest.raises(AttributeError, match="module 'tests_of_packages' has no attribute 'nonsense'"):
        _ = package.nonsense
