"""Manifests: from YAML text to the desired state, with every problem at its place."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.manifest.declared_checks import (
        broken_checks as broken_checks,
    )
    from reconciler.manifest.export import (
        Exported as Exported,
        ExportOptions as ExportOptions,
        export_manifest as export_manifest,
    )
    from reconciler.manifest.load import (
        load as load,
    )
    from reconciler.manifest.schema.manifest import (
        manifest_schema as manifest_schema,
    )
    from reconciler.manifest.starter import (
        starter as starter,
    )
    from reconciler.manifest.validated import (
        Validation as Validation,
        validate as validate,
    )

export_on_use(
    __name__,
    {
        "declared_checks": "broken_checks",
        "export": "ExportOptions Exported export_manifest",
        "load": "load",
        "schema.manifest": "manifest_schema",
        "starter": "starter",
        "validated": "Validation validate",
    },
)
