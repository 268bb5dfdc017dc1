"""Tags: docs/clockify.md section 9."""

from __future__ import annotations

from reconciler.sandbox import names
from reconciler.sandbox.access import require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import flag
from reconciler.sandbox.paging import filter_archived, filter_by_name, page_response, sort_records
from reconciler.sandbox.tables import EntryFilter, Record


def list_tags(call: Call) -> Response:
    """List tags by name, active and archived unless filtered; `excluded-ids` removes some."""
    found = filter_archived(call, filter_by_name(call, call.store.records("tag", call.workspace)))
    excluded = call.texts("excluded-ids")
    kept = [tag for tag in found if tag["id"] not in excluded]
    return page_response(call, sort_records(call, kept, "NAME"), counted=True)


def get_tag(call: Call) -> Response:
    """Get a tag."""
    return Response(200, names.fetch(call, "tag", call.params["tag"]))


def create_tag(call: Call) -> Response:
    """Create a tag from its name."""
    require_write_role(call)
    name = names.required(call, call.body("tag"), "tag")
    tag: Record = {"id": call.store.new_id(), "name": name, "workspaceId": call.workspace, "archived": False}
    names.ensure_free(call, "tag", tag)
    call.store.save("tag", tag)
    return Response(201, tag)


def update_tag(call: Call) -> Response:
    """Update a tag. Without `archived` it becomes active [live 2026-08-09]; with merging switches it is kept."""
    require_write_role(call)
    body = call.body("tag")
    merging = call.switches.put_tags == "merge"
    name = (names.optional if merging else names.required)(call, body, "tag")
    tag = names.fetch(call, "tag", call.params["tag"])
    archived = flag(body, "archived")
    tag["name"] = name or tag["name"]
    tag["archived"] = (tag["archived"] if merging else False) if archived is None else archived
    names.ensure_free(call, "tag", tag)
    call.store.save("tag", tag)
    return call.updated(tag)


def delete_tag(call: Call) -> Response:
    """Delete a tag, active or archived [live x3]; it is removed from time entries [inferred]."""
    require_write_role(call)
    tag = names.fetch(call, "tag", call.params["tag"])
    if call.switches.tag_delete_needs_archive and not tag["archived"]:
        raise domain("tag.active")
    for entry in list(call.store.entries(call.workspace, EntryFilter(tags=(tag["id"],)))):
        entry["tagIds"] = [tag_id for tag_id in entry["tagIds"] if tag_id != tag["id"]]
        call.store.resave_entry(entry)
    call.store.remove(tag["id"])
    names.release(call, "tag", tag)
    return call.deleted(tag)


ROUTES: Routes = {
    ("GET", "workspaces/{workspace}/tags"): list_tags,
    ("POST", "workspaces/{workspace}/tags"): create_tag,
    ("GET", "workspaces/{workspace}/tags/{tag}"): get_tag,
    ("PUT", "workspaces/{workspace}/tags/{tag}"): update_tag,
    ("DELETE", "workspaces/{workspace}/tags/{tag}"): delete_tag,
}
