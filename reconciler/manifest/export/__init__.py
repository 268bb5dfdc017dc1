"""Export: the live state of a workspace as manifests that people like to own."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.manifest.export.export import (
        export_manifest as export_manifest,
    )
    from reconciler.manifest.export.header import (
        SCHEMA_FILE as SCHEMA_FILE,
    )
    from reconciler.manifest.export.options import (
        MAIN_FILE as MAIN_FILE,
        Exported as Exported,
        ExportOptions as ExportOptions,
    )

export_on_use(
    __name__,
    {
        "export": "export_manifest",
        "header": "SCHEMA_FILE",
        "options": "ExportOptions Exported MAIN_FILE",
    },
)
