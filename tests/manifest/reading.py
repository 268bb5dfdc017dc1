"""Helpers: manifests and problems from text."""

from __future__ import annotations

import textwrap

import pytest

from reconciler.errors import ManifestError, Problem
from reconciler.manifest import load
from reconciler.state import Desired


def desired(text: str) -> Desired:
    """The desired state of one manifest, given without its `version: 1`."""
    return load(["-"], stdin=lambda: b"version: 1\n" + textwrap.dedent(text).encode())


def problems(text: str | bytes) -> tuple[Problem, ...]:
    """The problems of one manifest."""
    data = textwrap.dedent(text).encode() if isinstance(text, str) else text
    with pytest.raises(ManifestError) as caught:
        load(["-"], stdin=lambda: data)
    return caught.value.problems
