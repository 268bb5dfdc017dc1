"""Reads the manifests that a command line names."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.cli import files
from reconciler.manifest import load
from reconciler.manifest.yaml.text import MOST_BYTES
from reconciler.state import Desired


def load_manifests(paths: Sequence[str]) -> Desired:
    """The desired state; `-` is stdin. Raises ManifestError."""
    return load(paths, stdin=lambda: files.read("-", limit=MOST_BYTES))
