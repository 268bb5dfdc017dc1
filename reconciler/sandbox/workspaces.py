"""Workspaces: docs/clockify.md section 4. There is no update and no delete."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import names
from reconciler.sandbox.access import require_membership
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.memberships import membership
from reconciler.sandbox.rates import at_present
from reconciler.sandbox.store import Store
from reconciler.sandbox.tables import Record

_ROLES = {"OWNER": "owner", "WORKSPACE_ADMIN": "admin", "TEAM_MANAGER": "", "PROJECT_MANAGER": ""}
"""The values of the filter `roles`, and the role that each selects. Owners do not count as admins [openapi]."""
_FEATURES = ["TIME_TRACKING", "BILLABLE_HOURS", "PROJECT_ESTIMATE", "PROJECT_TEMPLATES", "TASK_RATES", "CUSTOM_FIELDS"]


def new_workspace(store: Store, name: str, owner: str, *, workspace_id: str = "", **settings: Any) -> Record:
    """Store a new workspace with its owner as the first member; `settings` override the defaults."""
    workspace_id = workspace_id or store.new_id()
    workspace: Record = {
        "id": workspace_id,
        "name": name,
        "hourlyRate": {"amount": 0, "currency": "USD"},
        "costRate": {"amount": 0, "currency": "USD"},
        "memberships": [membership(workspace_id, owner, "WORKSPACE")],
        "workspaceSettings": _settings() | settings,
        "imageUrl": "",
        "featureSubscriptionType": "PRO",
        "features": list(_FEATURES),
        "currencies": [
            {"id": store.new_id(), "code": "USD", "isDefault": True},
            {"id": store.new_id(), "code": "EUR", "isDefault": False},
        ],
        "subdomain": {"name": "", "enabled": False},
        "cakeOrganizationId": store.new_id(),
    }
    store.save("workspace", workspace)
    return workspace


def list_workspaces(call: Call) -> Response:
    """List the workspaces of the caller, filtered by `roles`; not paged, without headers."""
    found = [workspace for workspace in call.store.records("workspace") if _is_member(call, workspace)]
    wanted = call.choice("roles", tuple(_ROLES)) if call.switches.roles_filter else ""
    if wanted:
        found = found if call.switches.role == _ROLES[wanted] else []
    return Response(200, [_view(call, workspace) for workspace in found])


def get_workspace(call: Call) -> Response:
    """Get a workspace."""
    return Response(200, _view(call, require_membership(call)))


def _view(call: Call, workspace: Record) -> Record:
    """A workspace as in responses: with the switch off, without members, as in the samples of the requirement document."""
    shown = at_present(call, workspace)
    return shown if call.switches.members_shown else {k: v for k, v in shown.items() if k != "memberships"}


def create_workspace(call: Call) -> Response:
    """Create a workspace `{name}`, owned by the caller."""
    name = names.required(call, call.body("workspace"), "workspace")
    return Response(201, new_workspace(call.store, name, call.caller))


def _is_member(call: Call, workspace: Record) -> bool:
    """Whether the caller is an active member."""
    return any(m["userId"] == call.caller and m["membershipStatus"] == "ACTIVE" for m in workspace["memberships"])


def _settings() -> Record:
    """The settings of a new workspace; the first ones change how writes behave."""
    return {
        "defaultBillableProjects": True,
        "isProjectPublicByDefault": True,
        "forceProjects": False,
        "forceTasks": False,
        "forceTags": False,
        "forceDescription": False,
        "onlyAdminsCreateProject": True,
        "onlyAdminsCreateTag": False,
        "onlyAdminsCreateTask": True,
        "onlyAdminsCanChangeBillableStatus": False,
        "entityCreationPermissions": {
            "whoCanCreateProjectsAndClients": "ADMINS",
            "whoCanCreateTags": "EVERYONE",
            "whoCanCreateTasks": "ADMINS",
        },
        "lockTimeEntries": None,
        "timeTrackingMode": "DEFAULT",
        "activeBillableHours": True,
        "canSeeTimeSheet": False,
        "canSeeTracker": True,
        "currencyFormat": "CURRENCY_SPACE_VALUE",
        "durationFormat": "FULL",
        "multiFactorEnabled": False,
        "numberFormat": "COMMA_PERIOD",
        "onlyAdminsSeeAllTimeEntries": False,
        "onlyAdminsSeeBillableRates": True,
        "onlyAdminsSeeDashboard": False,
        "onlyAdminsSeePublicProjectsEntries": False,
        "projectFavorites": True,
        "projectGroupingLabel": "client",
        "projectLabel": "project",
        "projectPickerSpecialFilter": False,
        "round": {"round": "Round to nearest", "minutes": "15"},
        "taskLabel": "task",
        "timeRoundingInReports": False,
        "trackTimeDownToSecond": True,
        "workingDays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
    }


ROUTES: Routes = {
    ("GET", "workspaces"): list_workspaces,
    ("POST", "workspaces"): create_workspace,
    ("GET", "workspaces/{workspace}"): get_workspace,
}
