"""clockify-python-115: a typed asynchronous client over httpx. Arguments as in clockify_sdk.py."""

import asyncio
import sys
from datetime import datetime, timedelta, timezone

import httpx
from clockify import ClockifyClient
from clockify.operations.model import Service
from report import Report

root, key, workspace, header = sys.argv[1:5]
address = httpx.URL(root)


class ToLoopback(httpx.AsyncHTTPTransport):
    """The client insists on https: its requests are sent to the sandbox's loopback address instead."""

    async def handle_async_request(self, request):
        request.url = request.url.copy_with(scheme=address.scheme, host=address.host, port=address.port)
        request.headers["Host"] = f"{address.host}:{address.port}"
        if header:
            del request.headers["X-Api-Key"]
            name, _, value = header.partition(": ")
            request.headers[name] = value
        return await super().handle_async_request(request)


def iso(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


async def main():
    call = Report().acall
    urls = {Service.REGULAR: f"https://sandbox.invalid{address.path}"}
    async with httpx.AsyncClient(transport=ToLoopback()) as http:
        client = ClockifyClient(
            api_key=key, workspace_id=workspace, http_client=http, service_urls=urls, allow_custom_hosts=True
        )
        me = await call("user.current", lambda: client.users.me(include_memberships=True))
        await call("workspaces.list", client.workspaces.list)
        await call("workspaces.get", client.workspaces.get)
        await call("users.list", client.users.list)
        users = await call("users.active", lambda: client.users.list(status="ACTIVE"))
        await call("clients.list", client.clients.list)
        made = await call("clients.create", lambda: client.clients.create({"name": "Stranger", "note": "a note"}))
        await call("clients.get", lambda: client.clients.get(made.id))
        await call("clients.update", lambda: client.clients.update(made.id, {"name": "Stranger 2"}))
        await call("tags.list", client.tags.list)
        tag = await call("tags.create", lambda: client.tags.create({"name": "odd"}))
        await call("tags.get", lambda: client.tags.get(tag.id))
        await call("tags.update", lambda: client.tags.update(tag.id, {"name": "odder", "archived": False}))
        await call("projects.list", client.projects.list)
        body = {"name": "Odd job", "clientId": made.id, "color": "#1976D2", "isPublic": False}
        project = await call("projects.create", lambda: client.projects.create(body))
        await call("projects.get", lambda: client.projects.get(project.id))
        body = {"name": "Odd job 2", "clientId": made.id, "isPublic": True, "billable": True}
        await call("projects.update", lambda: client.projects.update(project.id, body))
        estimate = {"timeEstimate": {"active": True, "estimate": "PT10H", "type": "MANUAL"}}
        await call("projects.estimate", lambda: client.projects.update_estimate(project.id, estimate))
        members = {"memberships": [{"userId": me.id, "hourlyRate": {"amount": 1000}}]}
        await call("projects.memberships", lambda: client.projects.update_memberships(project.id, members))
        await call("projects.template", lambda: client.projects.update_template(project.id, {"isTemplate": True}))
        body = {"name": "From it", "templateProjectId": project.id}
        await call("projects.from_template", lambda: client.projects.create_from_template(body))
        await call("tasks.list", lambda: client.tasks.list(project.id))
        task = await call("tasks.create", lambda: client.tasks.create(project.id, {"name": "Look"}))
        await call("tasks.get", lambda: client.tasks.get(project.id, task.id))
        await call("tasks.update", lambda: client.tasks.update(project.id, task.id, {"name": "Look", "status": "DONE"}))
        await call("tasks.delete", lambda: client.tasks.delete(project.id, task.id))
        begin = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(hours=2)
        body = {"start": iso(begin), "end": iso(begin + timedelta(hours=1)), "description": "work"}
        entry = await call("entries.create", lambda: client.time_entries.create(body))
        await call("entries.get", lambda: client.time_entries.get(entry.id))
        await call("entries.of_user", lambda: client.time_entries.list_for_user(me.id))
        await call("entries.running", client.time_entries.list_in_progress)
        await call("entries.update", lambda: client.time_entries.update(entry.id, {**body, "description": "more"}))
        await call("entries.delete", lambda: client.time_entries.delete(entry.id))
        await call("groups.list", client.user_groups.list)
        group = await call("groups.create", lambda: client.user_groups.create({"name": "Visitors"}))
        await call("groups.add", lambda: client.user_groups.add_members(group.id, {"userId": users[1].id}))
        await call("groups.remove", lambda: client.user_groups.remove_member(group.id, users[1].id))
        await call("groups.update", lambda: client.user_groups.update(group.id, {"name": "Guests"}))
        await call("groups.delete", lambda: client.user_groups.delete(group.id))
        body = {"name": "Odd job 2", "archived": True, "isPublic": True, "billable": True}
        await call("projects.archive", lambda: client.projects.update(project.id, body))
        await call("projects.delete", lambda: client.projects.delete(project.id))
        await call("clients.archive", lambda: client.clients.update(made.id, {"name": "Stranger 2", "archived": True}))
        await call("clients.delete", lambda: client.clients.delete(made.id))
        await call("tags.delete", lambda: client.tags.delete(tag.id))


asyncio.run(main())
