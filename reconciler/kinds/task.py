"""Tasks: the parts of a project."""

from reconciler.kinds.field_types import Choice, Duration, Flag, People
from reconciler.model import Field, FieldRole, Kind

TASK = Kind(
    name="task",
    plural="tasks",
    title="Task",
    description="A task of a project.",
    collection="projects/{parent}/tasks",
    name_limits=(1, 1000),
    fields=(
        Field("estimate", Duration(), "estimate", "Time estimate, an ISO 8601 duration.", examples=("PT20H",)),
        # The live service takes `billable` on POST and ignores it; the official schema does not list it (section 8).
        Field(
            "billable",
            Flag(),
            "billable",
            "Whether new time on it is billable.",
            dropped_on_create=True,
            created_as=True,
            clearable=False,
        ),
        Field(
            "assignees",
            People(),
            "assigneeIds",
            "People it is assigned to, by the e-mail address they have in the workspace.",
            role=FieldRole.PEOPLE,
            examples=(["jo@acme.example"],),
        ),
        Field(
            "status",
            Choice(("active", "done")),
            "status",
            "Whether it is open; done is to a task what archived is to a project.",
            role=FieldRole.LIFECYCLE,
            created_as="active",
            clearable=False,
            default="active",
        ),
    ),
    removal=("done", "delete"),
    archived_value="done",
    search_params={"strict_name_search": "true"},
    parent="project",
    parent_required=True,
    embedded="tasks",
    # In the contract, and nobody has recorded that the server keeps them: probed at the first project of a run (section 7).
    inline="tasks",
    carried=("userGroupIds", "budgetEstimate"),
    tracks_time=True,
    usage_param="task",
    unique_within="its project",
)
