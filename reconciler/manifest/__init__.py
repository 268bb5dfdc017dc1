"""Manifests: from YAML text to the desired state, with every problem at its place."""

from reconciler.manifest.loading import load
from reconciler.manifest.schema import manifest_schema
from reconciler.manifest.starter import starter

__all__ = ["load", "manifest_schema", "starter"]
