"""clockify-mcp: an MCP server, whose tools are called in this process. Arguments as in clockify_sdk.py."""

import asyncio
import json
import logging
import sys
from datetime import datetime, timedelta, timezone

import httpx
from clockify_mcp.client import ClockifyClient
from clockify_mcp.config import Config
from clockify_mcp.server import build_server
from report import Report

root, key, workspace, header = sys.argv[1:5]
logging.disable(logging.CRITICAL)


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


async def main():
    report = Report()
    settings = {
        "CLOCKIFY_API_KEY": key,
        "CLOCKIFY_BASE_URL": root.removesuffix("/api/v1"),
        "CLOCKIFY_DEFAULT_WORKSPACE_ID": workspace,
        "CLOCKIFY_ACCESS_MODE": "full",
    }
    name, _, value = header.partition(": ")
    headers = {name: value} if header else {"X-Api-Key": key}
    async with httpx.AsyncClient(headers=headers, timeout=30) as http:
        server = build_server(ClockifyClient(Config.load(env=settings), http_client=http))

        async def call(title, tool, **arguments):
            async def run():
                answer = await server.call_tool(tool, arguments)
                content = answer[0] if isinstance(answer, tuple) else answer
                return [json.loads(block.text) for block in content]

            found = await report.acall(title, run)
            return found[0] if found else {}

        me = await call("user.current", "get_current_user")
        await call("workspaces.list", "list_workspaces")
        await call("workspaces.get", "get_workspace")
        await call("users.list", "list_users", fetch_all=True)
        await call("users.profile", "get_user_member_profile", user_id=me["id"])
        await call("users.team_manager", "find_user_team_manager", user_id=me["id"])
        await call("groups.list", "list_user_groups")
        await call("clients.list", "list_clients", fetch_all=True)
        made = await call("clients.create", "create_client", name="Stranger", note="a note")
        of_client = {"client_id": made.get("id", "")}
        await call("clients.get", "get_client", **of_client)
        await call("clients.update", "update_client", **of_client, name="Stranger 2")
        await call("tags.list", "list_tags", fetch_all=True)
        tag = await call("tags.create", "create_tag", name="odd")
        of_tag = {"tag_id": tag.get("id", "")}
        await call("tags.get", "get_tag", **of_tag)
        await call("tags.update", "update_tag", **of_tag, name="odder", archived=False)
        await call("projects.list", "list_projects", fetch_all=True)
        body = {"name": "Odd job", **of_client, "color": "#1976D2", "is_public": False}
        project = await call("projects.create", "create_project", **body)
        of_project = {"project_id": project.get("id", "")}
        await call("projects.get", "get_project", **of_project)
        await call("projects.update", "update_project", **of_project, name="Odd job 2", is_public=True)
        await call("tasks.list", "list_tasks", **of_project, fetch_all=True)
        body = {"name": "Look", "estimate": "PT1H30M", "assignee_ids": [me["id"]]}
        task = await call("tasks.create", "create_task", **of_project, **body)
        of_task = {**of_project, "task_id": task.get("id", "")}
        await call("tasks.get", "get_task", **of_task)
        await call("tasks.update", "update_task", **of_task, name="Look", status="DONE")
        await call("tasks.delete", "delete_task", **of_task)
        end = datetime.now(timezone.utc).replace(microsecond=0)
        body = {"start": iso(end - timedelta(hours=1)), "end": iso(end), "description": "work"}
        entry = await call("entries.create", "create_time_entry", **body, **of_project)
        of_entry = {"time_entry_id": entry.get("id", "")}
        await call("entries.get", "get_time_entry", **of_entry, hydrated=True)
        await call("entries.update", "update_time_entry", **of_entry, **{**body, "description": "more"})
        await call("entries.of_user", "list_time_entries", user_id=me["id"], fetch_all=True)
        await call("entries.duplicate", "duplicate_time_entry", user_id=me["id"], **of_entry)
        changed = [{**body, "id": entry.get("id", ""), "description": "most"}]
        await call("entries.bulk_update", "bulk_update_time_entries", user_id=me["id"], entries=changed)
        await call("entries.for_user", "create_time_entry_for_user", user_id=me["id"], **body)
        await call("entries.start", "create_time_entry", start=iso(end))
        await call("entries.stop", "stop_running_timer", user_id=me["id"], end=iso(end + timedelta(seconds=60)))
        await call("entries.delete", "delete_time_entry", **of_entry)
        await call("projects.archive", "update_project", **of_project, name="Odd job 2", archived=True)
        await call("projects.delete", "delete_project", **of_project)
        await call("clients.archive", "update_client", **of_client, name="Stranger 2", archived=True)
        await call("clients.delete", "delete_client", **of_client)
        await call("tags.delete", "delete_tag", **of_tag)


asyncio.run(main())
