"""Tasks: the parts of a project."""

from reconciler.kinds.field_types import Choice, Duration, Flag, People
from reconciler.kinds.rates import OwnRate
from reconciler.kinds.undeclared import Ids, WholeNumber
from reconciler.model import Field, FieldRole, Kind

TASK = Kind(
    name="task",
    plural="tasks",
    title="Task",
    description="A task of a project.",
    collection="projects/{parent}/tasks",
    name_limits=(1, 1000),
    fields=(
        Field(
            "estimate",
            Duration(),
            "estimate",
            "Time estimate: an ISO 8601 duration.",
            examples=("PT20H",),
            reset_if_omitted=True,
        ),
        # The live service accepts `billable` on POST and ignores it; the official schema does not list it (section 8).
        Field(
            "billable",
            Flag(),
            "billable",
            "Whether new time entries are billable.",
            dropped_on_create=True,
            created_as=True,
            clearable=False,
            reset_if_omitted=True,
        ),
        Field(
            "assignees",
            People(),
            "assigneeIds",
            "E-mail addresses of the workspace users it is assigned to.",
            role=FieldRole.PEOPLE,
            examples=(["jo@acme.example"],),
            reset_if_omitted=True,
        ),
        # Neither POST nor PUT takes a rate: each has an endpoint of its own (section 8).
        Field(
            "hourly_rate",
            OwnRate(),
            "hourlyRate",
            "Rate per hour in the workspace's currency, with at most 2 decimals. 0 clears it: the project's rate applies.",
            dropped_on_create=True,
            endpoint="hourly-rate",
            method="PUT",
            examples=("95.00", {"amount": "95.00", "since": "2026-01-01"}),
        ),
        Field(
            "cost_rate",
            OwnRate(),
            "costRate",
            "Cost per hour in the workspace's currency, with at most 2 decimals. 0 clears it.",
            dropped_on_create=True,
            endpoint="cost-rate",
            method="PUT",
            examples=("50.00",),
        ),
        Field(
            "status",
            Choice(("active", "done")),
            "status",
            "Whether it is open or done; a done task is archived: it keeps its history, hidden from pickers.",
            role=FieldRole.LIFECYCLE,
            created_as="active",
            clearable=False,
            default="active",
            reset_if_omitted=True,
        ),
    ),
    removal=("done", "delete"),
    archived_value="done",
    search_params={"strict_name_search": "true"},
    parent="project",
    parent_required=True,
    embedded="tasks",
    # In the contract, without a record that the server keeps them: the first project of a session is a probe (section 7).
    inline="tasks",
    undeclared=(
        Field("user_groups", Ids(), "userGroupIds", "Ids of its user groups.", dropped_on_create=True),
        Field("budget", WholeNumber(), "budgetEstimate", "Budget estimate in minor units."),
    ),
    computed=("workspaceId", "projectId", "assigneeId", "duration"),
    carried=("userGroupIds", "budgetEstimate"),
    tracks_time=True,
    usage_param="task",
    unique_within="its project",
)
