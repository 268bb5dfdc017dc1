"""Export: the live state of a workspace as manifests that people like to own."""

from reconciler.manifest.export.export import export_manifest
from reconciler.manifest.export.header import SCHEMA_FILE
from reconciler.manifest.export.options import MAIN_FILE, Exported, ExportOptions

__all__ = ["MAIN_FILE", "SCHEMA_FILE", "ExportOptions", "Exported", "export_manifest"]
