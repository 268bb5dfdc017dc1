"""Tags: labels of time entries."""

from reconciler.kinds.field_types import Flag
from reconciler.model import Field, FieldRole, Kind

TAG = Kind(
    name="tag",
    plural="tags",
    title="Tag",
    description="A tag, which labels time entries.",
    collection="tags",
    name_limits=(1, 100),
    fields=(
        # PUT without `archived` un-archives (section 9), so every update sends it.
        Field(
            "archived",
            Flag(),
            "archived",
            "Archived: time entries keep it, hidden from pickers.",
            role=FieldRole.LIFECYCLE,
            dropped_on_create=True,
            created_as=False,
            clearable=False,
            default=False,
            reset_if_omitted=True,
        ),
    ),
    search_params={"strict_name_search": "true"},
    removal=("delete",),
    usage_param="tags",
    computed=("workspaceId",),
)
