"""Manifests with the files beside them, written to an empty current folder."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest import load
from reconciler.state import Desired

NONE: Mapping[str, str] = {}


def write(files: Mapping[str, str]) -> None:
    """Write files, by their paths; a manifest is given without its `version: 1`."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = textwrap.dedent(content)
        path.write_text(f"version: 1\n{text}" if name.endswith(".yaml") else text, encoding="utf-8")


def desired(manifest: str, variables: Mapping[str, str] = NONE, **files: str) -> Desired:
    """The desired state of workspace.yaml, beside files (`_` in the name of each is a dot)."""
    write({"workspace.yaml": manifest, **{name.replace("_", "."): text for name, text in files.items()}})
    return load(["workspace.yaml"], variables=variables)


def addresses(manifest: str, variables: Mapping[str, str] = NONE, **files: str) -> list[str]:
    """The declared addresses, in order."""
    return [str(address) for address in desired(manifest, variables, **files).resources]


def problems(manifest: str, variables: Mapping[str, str] = NONE, **files: str) -> list[str]:
    """Each problem as place, message and hint."""
    with pytest.raises(ManifestError) as caught:
        desired(manifest, variables, **files)
    return [f"{p.place}: {p.message}" + (f" | {p.hint}" if p.hint else "") for p in caught.value.problems]
