"""Projects: time is tracked on them; they belong to a client or stand alone."""

from reconciler.kinds.field_types import Colour, Flag, Text, TimeEstimate
from reconciler.kinds.rates import Rate
from reconciler.kinds.undeclared import EstimateOptions, Members, Properties, Template
from reconciler.model import Field, FieldRole, Kind

PROJECT = Kind(
    name="project",
    plural="projects",
    title="Project",
    description="A project, with or without a client.",
    collection="projects",
    name_limits=(2, 250),
    fields=(
        Field(
            "color", Colour(), "color", "Color in lists and reports, #RRGGBB.", clearable=False, examples=("#1976D2",)
        ),
        Field("note", Text(16384), "note", "Free text."),
        # PUT without these two resets them to false (section 7), so every update sends both.
        Field(
            "public",
            Flag(),
            "isPublic",
            "Whether all users of the workspace can track time on it.",
            answer="public",
            clearable=False,
            setting="isProjectPublicByDefault",
            reset_if_omitted=True,
        ),
        Field(
            "billable",
            Flag(),
            "billable",
            "Whether new time entries are billable.",
            clearable=False,
            setting="defaultBillableProjects",
            reset_if_omitted=True,
        ),
        # PUT ignores an estimate; only PATCH .../estimate changes it after the create (section 7).
        Field(
            "estimate",
            TimeEstimate(),
            "estimate",
            "Time estimate of the whole project: an ISO 8601 duration in hours, minutes and seconds.",
            answer="timeEstimate",
            endpoint="estimate",
            also_patches=("budgetEstimate",),
            examples=("PT120H",),
        ),
        Field(
            "hourly_rate",
            Rate(),
            "hourlyRate",
            "Rate per hour in major units of the workspace's currency, with at most 2 decimals. 0 clears it.",
            examples=("95.00",),
        ),
        Field(
            "archived",
            Flag(),
            "archived",
            "Archived: keeps its tasks and tracked time, hidden from pickers.",
            role=FieldRole.LIFECYCLE,
            dropped_on_create=True,
            created_as=False,
            clearable=False,
            default=False,
        ),
    ),
    removal=("archive", "delete"),
    parent="client",
    parent_wire="clientId",
    list_params={"hydrated": "true"},
    search_params={"strict_name_search": "true"},
    undeclared=(
        Field("cost_rate", Rate(), "costRate", "Cost per hour."),
        Field("budget", Properties("budgetEstimate"), "budgetEstimate", "Budget estimate.", endpoint="estimate"),
        Field("estimate_reset", Properties("estimateReset"), "estimateReset", "Reset interval.", endpoint="estimate"),
        # The last of its endpoint: the others keep the present time estimate.
        Field("estimate_options", EstimateOptions("timeEstimate"), "timeEstimate", "Options.", endpoint="estimate"),
        Field("members", Members(), "memberships", "Members.", role=FieldRole.PEOPLE, endpoint="memberships"),
        Field("template", Template(), "template", "Whether it is one.", default=False, endpoint="template"),
    ),
    computed=("workspaceId", "clientName", "client", "duration", "estimate", "tasks", "isPublic", "isTemplate"),
    restored=("hourlyRate", "costRate"),
    tracks_time=True,
    usage_param="project",
    unique_within="its client",
)
