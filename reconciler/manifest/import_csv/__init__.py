"""Import: a table in Clockify's import format → the text of a manifest that plans to what Clockify would make of it."""

from reconciler.manifest.import_csv.columns import ImportOptions, column_option
from reconciler.manifest.import_csv.convert import ImportedManifest, import_csv

__all__ = ["ImportOptions", "ImportedManifest", "column_option", "import_csv"]
