"""Projects: time is tracked on them; they belong to a client or stand alone."""

from reconciler.kinds.estimates import Budget, Includes, Reset, TimeEstimate
from reconciler.kinds.field_types import Colour, Flag, Text
from reconciler.kinds.members import Members
from reconciler.kinds.rates import Rate
from reconciler.kinds.undeclared import Leftover, Properties, Template
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
            "Time estimate of the whole project: an ISO 8601 duration in hours, minutes and seconds, or `auto` for the sum of its "
            "tasks' estimates. A project has a time estimate or a budget.",
            answer="timeEstimate",
            endpoint="estimate",
            also_patches=("budgetEstimate",),
            examples=("PT120H", "auto"),
        ),
        Field(
            "estimate_reset",
            Reset("timeEstimate"),
            "timeEstimate",
            "How often the time estimate starts again.",
            dropped_on_create=True,
            endpoint="estimate",
            also_patches=("budgetEstimate",),
            examples=("monthly",),
        ),
        Field(
            "estimate_non_billable",
            Includes("timeEstimate", "includeNonBillable", usual=True),
            "timeEstimate",
            "Whether time that is not billable counts towards the time estimate.",
            dropped_on_create=True,
            created_as=True,
            clearable=False,
            endpoint="estimate",
            also_patches=("budgetEstimate",),
        ),
        Field(
            "budget",
            Budget(),
            "budgetEstimate",
            "Budget of the whole project in major units of the workspace's currency, with at most 2 decimals, or `auto` for the sum "
            "of its tasks' budgets. A project has a time estimate or a budget.",
            dropped_on_create=True,
            endpoint="estimate",
            also_patches=("timeEstimate",),
            examples=("12000.00", "auto"),
        ),
        Field(
            "budget_reset",
            Reset("budgetEstimate"),
            "budgetEstimate",
            "How often the budget starts again.",
            dropped_on_create=True,
            endpoint="estimate",
            also_patches=("timeEstimate",),
            examples=("monthly",),
        ),
        Field(
            "budget_expenses",
            Includes("budgetEstimate", "includeExpenses", usual=False),
            "budgetEstimate",
            "Whether billable expenses count towards the budget.",
            dropped_on_create=True,
            created_as=False,
            clearable=False,
            endpoint="estimate",
            also_patches=("timeEstimate",),
        ),
        Field(
            "hourly_rate",
            Rate(),
            "hourlyRate",
            "Rate per hour in major units of the workspace's currency, with at most 2 decimals. 0 clears it: the workspace's rate "
            "applies.",
            examples=("95.00", {"amount": "95.00", "since": "2026-01-01"}),
        ),
        Field(
            "cost_rate",
            Rate(),
            "costRate",
            "Cost per hour in major units of the workspace's currency, with at most 2 decimals. 0 clears it.",
            examples=("50.00",),
        ),
        # PATCH replaces the whole set (section 7), so nothing is sent unless it is declared.
        Field(
            "members",
            Members(),
            "memberships",
            "People by e-mail address, also with rates, and user groups by name. The list is the whole set: who is not in it is "
            "removed, except the user of the API key.",
            role=FieldRole.PEOPLE,
            dropped_on_create=True,
            clearable=False,
            endpoint="memberships",
            examples=(
                ["jo@acme.example", {"email": "sam@acme.example", "hourly_rate": "95.00"}, {"group": "Designers"}],
            ),
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
    # In the contract, without a record of what it copies and of which projects (section 17).
    copy_endpoint="from-template",
    copy_source="templateProjectId",
    copy_keys=("color", "isPublic"),
    list_params={"hydrated": "true"},
    search_params={"strict_name_search": "true"},
    undeclared=(
        Field("reset_schedule", Properties("estimateReset"), "estimateReset", "Day of the reset.", endpoint="estimate"),
        Field(
            "budget_options",
            Leftover("budgetEstimate", ("resetOption", "includeExpenses"), 0),
            "budgetEstimate",
            "What a budget that is switched off has.",
            endpoint="estimate",
        ),
        Field(
            "estimate_options",
            Leftover("timeEstimate", ("resetOption", "includeNonBillable"), "PT0S"),
            "timeEstimate",
            "What a time estimate that is switched off has.",
            endpoint="estimate",
        ),
        Field("template", Template(), "template", "Whether it is one.", default=False, endpoint="template"),
    ),
    computed=("workspaceId", "clientName", "client", "duration", "estimate", "tasks", "isPublic", "isTemplate"),
    restored=("hourlyRate", "costRate"),
    tracks_time=True,
    usage_param="project",
    unique_within="its client",
    exclusive=(("estimate", "budget"),),
)
