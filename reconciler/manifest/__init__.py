"""Manifests: from YAML text to the desired state, with every problem at its place."""

from reconciler.manifest.declared_checks import broken_checks
from reconciler.manifest.export import Exported, ExportOptions, export_manifest
from reconciler.manifest.load import load
from reconciler.manifest.schema.manifest import manifest_schema
from reconciler.manifest.starter import starter
from reconciler.manifest.validated import Validation, validate

__all__ = [
    "ExportOptions",
    "Exported",
    "Validation",
    "broken_checks",
    "export_manifest",
    "load",
    "manifest_schema",
    "starter",
    "validate",
]
