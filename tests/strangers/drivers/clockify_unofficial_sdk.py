"""clockify-unofficial-sdk: a typed client over httpx, written for Python 3.14. Arguments as in clockify_sdk.py."""

import ast
import importlib.machinery
import re
import sys
from datetime import datetime, timedelta, timezone

from report import Report

if sys.version_info < (3, 14):
    # Two `except A, B:` are its only syntax of 3.14: older interpreters read them with parentheses.
    plain = importlib.machinery.SourceFileLoader.source_to_code

    def source_to_code(self, data, path, **options):
        if "clockify" in str(path) and not isinstance(data, ast.AST):
            data = re.sub(rb"except (\w+, \w+):", rb"except (\1):", data)
        return plain(self, data, path, **options)

    importlib.machinery.SourceFileLoader.source_to_code = source_to_code

from clockify import ClockifyClient
from clockify.config import ClientOptions
from clockify.models.client import ClientCreate, ClientUpdate
from clockify.models.project import ProjectCreate, ProjectUpdate
from clockify.models.tag import TagCreate, TagUpdate
from clockify.models.task import TaskCreate, TaskUpdate
from clockify.models.time_entry import TimeEntryCreate, TimeEntryFilter, TimeEntryUpdate
from clockify.models.user_group import UserGroupCreate, UserGroupUpdate

root, key, workspace, header = sys.argv[1:5]


def through_gateway(request):
    if header:
        del request.headers["X-Api-Key"]
        name, _, value = header.partition(": ")
        request.headers[name] = value


call = Report().call
options = ClientOptions(base_url=root, reports_base_url=root, event_hooks={"request": [through_gateway]})
with ClockifyClient(api_key=key, options=options) as client:
    at = client.workspace(workspace)
    me = call("user.current", client.user.me)
    call("workspaces.list", client.workspaces.list)
    call("workspaces.get", lambda: client.workspaces.get(workspace))
    call("workspaces.default", client.default_workspace)
    call("users.list", lambda: list(at.users.list()))
    call("clients.list", lambda: list(at.clients.list()))
    made = call("clients.create", lambda: at.clients.create(ClientCreate(name="Stranger", note="a note")))
    call("clients.get", lambda: at.clients.get(made.id))
    call("clients.update", lambda: at.clients.update(made.id, ClientUpdate(name="Stranger 2")))
    call("tags.list", lambda: list(at.tags.list()))
    tag = call("tags.create", lambda: at.tags.create(TagCreate(name="odd")))
    call("tags.get", lambda: at.tags.get(tag.id))
    call("tags.update", lambda: at.tags.update(tag.id, TagUpdate(name="odder", archived=True)))
    call("projects.list", lambda: list(at.projects.list()))
    body = ProjectCreate(name="Odd job", client_id=made.id, is_public=False, color="#1976D2", estimate="PT10H")
    project = call("projects.create", lambda: at.projects.create(body))
    call("projects.get", lambda: at.projects.get(project.id))
    body = ProjectUpdate(name="Odd job 2", client_id=made.id, is_public=True, billable=True)
    call("projects.update", lambda: at.projects.update(project.id, body))
    call("tasks.list", lambda: list(at.tasks.list(project.id)))
    task = call("tasks.create", lambda: at.tasks.create(project.id, TaskCreate(name="Look", estimate="PT2H")))
    call("tasks.get", lambda: at.tasks.get(project.id, task.id))
    call("tasks.update", lambda: at.tasks.update(project.id, task.id, TaskUpdate(name="Look", status="DONE")))
    call("tasks.delete", lambda: at.tasks.delete(project.id, task.id))
    end = datetime.now(timezone.utc).replace(microsecond=0)
    times = {"start": end - timedelta(hours=1), "end": end}
    entry = call("entries.create", lambda: at.time_entries.create(TimeEntryCreate(**times, project_id=project.id)))
    call("entries.get", lambda: at.time_entries.get(entry.id))
    call("entries.update", lambda: at.time_entries.update(entry.id, TimeEntryUpdate(**times, description="more")))
    since = TimeEntryFilter(start=end - timedelta(days=200), end=end)
    call("entries.of_user", lambda: list(at.time_entries.list(me.id, entry_filter=since)))
    call("entries.running", lambda: list(at.time_entries.list(me.id, entry_filter=TimeEntryFilter(in_progress=True))))
    call("entries.delete", lambda: at.time_entries.delete(entry.id))
    running = call("entries.start", lambda: at.time_entries.start(me.id, TimeEntryCreate(start=end)))
    call("entries.stop", lambda: at.time_entries.stop(me.id))
    call("entries.delete_stopped", lambda: at.time_entries.delete(running.id))
    call("groups.list", lambda: list(at.user_groups.list()))
    group = call("groups.create", lambda: at.user_groups.create(UserGroupCreate(name="Visitors")))
    call("groups.add", lambda: at.user_groups.add_user(group.id, me.id))
    call("groups.remove", lambda: at.user_groups.remove_user(group.id, me.id))
    call("groups.update", lambda: at.user_groups.update(group.id, UserGroupUpdate(name="Guests")))
    call("groups.delete", lambda: at.user_groups.delete(group.id))
    body = ProjectUpdate(name="Odd job 2", archived=True)
    call("projects.archive", lambda: at.projects.update(project.id, body))
    call("projects.delete", lambda: at.projects.delete(project.id))
    call("clients.archive", lambda: at.clients.update(made.id, ClientUpdate(name="Stranger 2", archived=True)))
    call("clients.delete", lambda: at.clients.delete(made.id))
    call("tags.delete", lambda: at.tags.delete(tag.id))
