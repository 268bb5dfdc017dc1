"""`import reconciler`: complete for a program, public types in every signature, and nothing loaded before it is used."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import reconciler
from reconciler import errors
from tests.waiting import HANGING

NAMES = sorted(set(reconciler.__all__) - {"__version__"})
PUBLIC = {name: getattr(reconciler, name) for name in NAMES}
CALLABLES = {name: value for name, value in PUBLIC.items() if inspect.isfunction(value)}
VALUES = {name: value for name, value in PUBLIC.items() if dataclasses.is_dataclass(value)}
INTERNAL_FIELDS = {
    "Draft",  # an opaque value between reading and planning
    "Check",  # its conditions are built by `load`
    "GatewayConfig",  # `app` is an ASGI application, which is a callable
    "History",  # an opaque value between the sessions of a run
}
"""Values whose fields need types that a program does not handle."""


def test_every_public_name_is_there_and_listed() -> None:
    assert len(reconciler.__all__) == len(set(reconciler.__all__))
    assert set(reconciler.__all__) <= set(dir(reconciler))


def test_every_error_class_is_public() -> None:
    raised = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert raised - set(NAMES) == set()


def test_everything_public_is_documented() -> None:
    assert [name for name, value in PUBLIC.items() if not value.__doc__] == []


def annotations_of(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each annotation of a function or of the fields of a value, as written, with the names that it is written in."""
    if inspect.isfunction(value):
        namespace = value.__globals__
        for annotation in value.__annotations__.values():
            yield str(annotation), namespace
    else:
        for field in dataclasses.fields(value):
            if not field.name.startswith("_"):
                yield str(field.type), vars(sys.modules[value.__module__])


def own_names_in(annotation: str, namespace: dict[str, Any]) -> set[str]:
    """The names of this package's types in an annotation."""
    names = {node.id for node in ast.walk(ast.parse(annotation, mode="eval")) if isinstance(node, ast.Name)}
    return {name for name in names if _is_own(namespace.get(name))}


def _is_own(value: Any) -> bool:
    parts = getattr(value, "__args__", ())  # an alias of a union has its parts here
    return str(getattr(value, "__module__", "")).startswith("reconciler") or any(map(_is_own, parts))


@pytest.mark.parametrize("table", [CALLABLES, VALUES], ids=["functions", "values"])
def test_signatures_name_public_types_only(table: dict[str, Any]) -> None:
    hidden = {
        f"{name}: {own}"
        for name, value in table.items()
        if name not in INTERNAL_FIELDS
        for annotation, namespace in annotations_of(value)
        for own in own_names_in(annotation, namespace)
        if own not in PUBLIC
    }
    assert sorted(hidden) == []


def test_a_hidden_type_in_a_signature_is_noticed() -> None:
    namespace = {"ReconcilerError": errors.ReconcilerError, "Callable": Callable}
    assert own_names_in("Callable[[ReconcilerError], int] | None", namespace) == {"ReconcilerError"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = reconciler.nonsense  # type: ignore[attr-defined]  # type checkers see it as well


def test_importing_it_loads_no_room() -> None:
    code = "import sys, reconciler; print(*[n for n in sys.modules if n.startswith('reconciler')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=HANGING, check=True)
    assert sorted(done.stdout.split()) == ["reconciler", "reconciler.lazy_exports", "reconciler.version"]
