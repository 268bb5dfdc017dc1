"""Fills a store with an empty or a sample workspace, deterministically: ids included."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.sandbox import seed_data as data
from reconciler.sandbox.call import Call, Handler
from reconciler.sandbox.clients import create_client, update_client
from reconciler.sandbox.connections import new_connection
from reconciler.sandbox.entry_records import new_entry
from reconciler.sandbox.memberships import membership
from reconciler.sandbox.projects import create_project, update_project
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.tables import Record
from reconciler.sandbox.tags import create_tag, update_tag
from reconciler.sandbox.tasks import create_task
from reconciler.sandbox.users import new_user
from reconciler.sandbox.workspaces import new_workspace

_NOW = datetime(2026, 2, 13, 9, 18, 2, tzinfo=UTC)
_MERGING = Switches(
    put_clients="merge", put_tasks="merge", put_tags="merge", put_projects="merge", task_post_ignores=()
)


def ensure_account(store: Store) -> None:
    """Create an account and an ACTIVE connection, if the store has none."""
    with store.transaction():
        if not store.meta("caller"):
            address, name, zone, _ = data.PEOPLE[0]
            store.set_meta("caller", new_user(store, address, name, zone=zone)["id"])
            new_connection(store, "ACTIVE", _NOW.timestamp())


def blank(store: Store, name: str = data.WORKSPACE, **settings: Any) -> str:
    """Create a workspace with only its owner; returns its id. `settings` override the defaults."""
    with store.transaction():
        ensure_account(store)
        return str(new_workspace(store, name, store.meta("caller"), **settings)["id"])


def seed(store: Store) -> str:
    """Fill an empty store with "Acme Studio" and "Side Hustle"; returns the id of the first. Raises ValueError if it is not empty."""
    with store.transaction():
        if store.records("workspace"):
            raise ValueError("the store is not empty; reset it first")
        ensure_account(store)
        owner = store.meta("caller")
        studio = new_workspace(store, data.WORKSPACE, owner, workspace_id=data.WORKSPACE_ID)
        hustle = new_workspace(store, data.SECOND_WORKSPACE, owner, workspace_id=data.SECOND_WORKSPACE_ID)
        store.save("user", (store.load("user", owner) or {}) | dict.fromkeys(_ACTIVE_KEYS, studio["id"]))
        people = _people(store, studio, owner)
        call = Call(store, _MERGING, _NOW.timestamp(), owner, {"workspace": studio["id"]})
        clients = {"": ""} | {entry["name"]: _client(call, entry) for entry in data.CLIENTS}
        tags = {name: _tag(call, name, archived) for name, archived in data.TAGS}
        projects = [_project(call, clients, people, entry) for entry in data.PROJECTS]
        for name in data.ARCHIVED_CLIENTS:
            _send(call, update_client, {"name": name, "archived": True}, client=clients[name])
        _time(call, projects, people, tags)
        second = replace(call, params={"workspace": hustle["id"]})
        _project(second, {"": ""}, people, data.SECOND_PROJECT)
    return data.WORKSPACE_ID


_ACTIVE_KEYS = ("activeWorkspace", "defaultWorkspace")


def _send(call: Call, handler: Handler, body: Mapping[str, Any], **params: str) -> Record:
    """Call a handler with a request body; returns the value of its response."""
    payload = json.dumps(body).encode()
    response: Record = handler(replace(call, params={**call.params, **params}, payload=payload)).value
    return response


def _people(store: Store, workspace: Record, owner: str) -> list[str]:
    """Create the other users as members; returns the ids of those who track time, the owner first."""
    active = [owner]
    for address, name, zone, status in data.PEOPLE[1:]:
        user = new_user(store, address, name, workspace=workspace["id"], zone=zone)
        workspace["memberships"].append(membership(workspace["id"], user["id"], "WORKSPACE", status))
        if name:
            active.append(user["id"])
    store.save("workspace", workspace)
    return active


def _client(call: Call, entry: Mapping[str, Any]) -> str:
    """Create a client; its cc addresses need an update."""
    client_id = str(_send(call, create_client, entry)["id"])
    if "ccEmails" in entry:
        _send(call, update_client, entry, client=client_id)
    return client_id


def _tag(call: Call, name: str, archived: bool) -> str:  # noqa: FBT001 - a row of the table
    """Create a tag; archiving needs an update."""
    tag_id = str(_send(call, create_tag, {"name": name})["id"])
    if archived:
        _send(call, update_tag, {"name": name, "archived": True}, tag=tag_id)
    return tag_id


def _project(call: Call, clients: Mapping[str, str], people: list[str], entry: data.SeedProject) -> Record:
    """Create a project with its tasks, and archive it last."""
    body: Record = {"name": entry.name, "clientId": clients[entry.client], "color": entry.color, "note": entry.note}
    body |= {"billable": entry.billable, "isPublic": entry.public}
    if entry.estimate:
        body["estimate"] = {"estimate": entry.estimate, "type": "MANUAL"}
    if entry.rate:
        body["hourlyRate"] = {"amount": entry.rate}
    project = _send(call, create_project, body)
    tasks = []
    for row in entry.tasks:
        wire: Record = {"name": row.name, "status": row.status, "billable": row.billable and entry.billable}
        wire |= {"estimate": row.estimate, "assigneeIds": [people[index] for index in row.people]}
        task = _send(call, create_task, wire, project=project["id"])
        if row.tracked:
            tasks.append(task["id"])
    if entry.archived:
        _send(call, update_project, {"archived": True}, project=project["id"])
    return {"id": project["id"], "tasks": tasks, "tracked": entry.tracked, "billable": entry.billable}


def _time(call: Call, projects: list[Record], people: list[str], tags: Mapping[str, str]) -> None:
    """Create time entries over five months, spread deterministically, and one running timer."""
    tracked = [project for project in projects if project["tracked"]]
    used = [tags[name] for name in data.USED_TAGS]
    for index in range(data.ENTRIES):
        project = tracked[index * 7 % len(tracked)]
        tasks = project["tasks"]
        start = data.FIRST_DAY + timedelta(days=index * 3 // 4, hours=index % 4 * 2, minutes=index * 5 % 12 * 5)
        new_entry(
            call.store,
            call.workspace,
            people[index % len(people)],
            start,
            start + timedelta(minutes=30 + index * 17 % 90),
            description=data.DESCRIPTIONS[index % len(data.DESCRIPTIONS)],
            projectId=project["id"],
            taskId=tasks[index % len(tasks)] if tasks else None,
            tagIds=[used[index % len(used)]] if index % 3 else None,
            billable=project["billable"],
        )
    first = tracked[0]
    new_entry(
        call.store,
        call.workspace,
        people[0],
        _NOW - timedelta(minutes=25),
        None,
        description="Reviewing pull requests",
        projectId=first["id"],
        taskId=first["tasks"][0],
        billable=True,
    )
