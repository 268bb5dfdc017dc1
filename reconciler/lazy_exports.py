"""Packages that import what they export when it is first used (PEP 562), so that a command loads only what it needs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any


class LazyPackage(ModuleType):
    """A package whose exported names are imported on first use."""

    exported: Mapping[str, str]
    """The module of each exported name, relative to the package."""

    def __getattr__(self, name: str) -> Any:
        """An exported name, from its module."""
        if name not in self.exported:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{self.__name__}.{self.exported[name]}"), name)
        setattr(self, name, value)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        """As for every module, but a module of the package never hides an export of the same name."""
        if not (isinstance(value, ModuleType) and name in self.exported):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *self.exported})


def export_on_use(package: str, names: Mapping[str, str]) -> None:
    """Let the package of this name export, and list in `__all__`, what `names` has for each module: names between spaces.

    The package imports the same under TYPE_CHECKING, for type checkers and editors; a test compares the two.
    """
    module = sys.modules[package]
    exported = {name: place for place, listed in names.items() for name in listed.split()}
    vars(module).update(exported=exported, __all__=[*vars(module).get("__all__", ()), *exported])
    module.__class__ = LazyPackage
