"""clockify-sdk: a client over requests. Arguments: root of the API, key, workspace, extra header (`Name: value`, may be empty)."""

import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

# This file has the name of the package that it drives: its folder must not come first.
sys.path[:] = [path for path in sys.path if Path(path or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parent))

import requests
from clockify_sdk import Clockify
from clockify_sdk.config import Config
from report import Report

root, key, workspace, header = sys.argv[1:5]
Config.BASE_URL = root
if header:
    plain = requests.Session.request

    def with_header(self, *values, **options):
        name, _, value = header.partition(": ")
        options["headers"] = {**(options.get("headers") or {}), name: value}
        options["headers"].pop("X-Api-Key", None)
        return plain(self, *values, **options)

    requests.Session.request = with_header

report = Report()
client = Clockify(api_key=key, workspace_id=workspace)
call = report.call
me = call("user.current", client.users.get_current_user)
call("workspaces.list", client.get_workspaces)
call("users.list", client.users.get_all)
call("users.get", lambda: client.users.get_by_id(client.user_id))
call("clients.list", client.clients.get_all)
made = call("clients.create", lambda: client.clients.create("Stranger", note="a note"))
call("clients.get", lambda: client.clients.get_by_id(made["id"]))
call("clients.update", lambda: client.clients.update(made["id"], name="Stranger 2"))
call("projects.list", client.projects.get_all)
project = call("projects.create", lambda: client.projects.create("Odd job", client_id=made["id"], color="#1976D2"))
call("projects.get", lambda: client.projects.get_by_id(project["id"]))
call(
    "projects.update", lambda: client.projects.update(project["id"], name="Odd job 2", is_public=True, color="#1976D2")
)
call("projects.users", lambda: client.projects.get_users(project["id"]))
call("tasks.list", lambda: client.tasks.get_all(project["id"]))
task = call("tasks.create", lambda: client.tasks.create(project["id"], "Look"))
call("tasks.get", lambda: client.tasks.get_by_id(project["id"], task["id"]))
call("tasks.update", lambda: client.tasks.update(project["id"], task["id"], name="Look again"))
call("tasks.done", lambda: client.tasks.mark_task_done(project["id"], task["id"]))
done = {"name": "Look again", "status": "DONE"}
call("tasks.update_done", lambda: client.tasks.update(project["id"], task["id"], **done))
call("tasks.delete", lambda: client.tasks.delete(project["id"], task["id"]))
begin = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=2)
entry = call(
    "entries.create",
    lambda: client.time_entries.create(start=begin, end=begin + timedelta(hours=1), description="work"),
)
call("entries.get", lambda: client.time_entries.get_by_id(entry["id"]))
call("entries.of_user", lambda: client.time_entries.get_by_user_id(client.user_id))
call("entries.running", client.time_entries.get_all_in_progress)
call("entries.update", lambda: client.time_entries.update(entry["id"], start=begin, description="more work"))
call("entries.delete", lambda: client.time_entries.delete(entry["id"]))
call("projects.delete", lambda: client.projects.delete(project["id"]))
call("clients.delete", lambda: client.clients.delete(made["id"]))
