"""Tags: docs/clockify.md section 9."""

from __future__ import annotations

from reconciler.sandbox import names
from reconciler.sandbox.access import writing
from reconciler.sandbox.call import Answer, Call, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import flag
from reconciler.sandbox.paging import in_order, page_answer, with_archived, with_name
from reconciler.sandbox.tables import EntryFilter, Record


def list_tags(call: Call) -> Answer:
    """By name, active and archived unless filtered; `excluded-ids` takes some out."""
    found = with_archived(call, with_name(call, call.store.records("tag", call.workspace)))
    excluded = call.texts("excluded-ids")
    kept = [tag for tag in found if tag["id"] not in excluded]
    return page_answer(call, in_order(call, kept, "NAME"), counted=True)


def get_tag(call: Call) -> Answer:
    """One tag."""
    return Answer(200, names.fetch(call, "tag", call.params["tag"]))


def create_tag(call: Call) -> Answer:
    """A tag is its name."""
    writing(call)
    name = names.needed(call, call.body("tag"), "tag")
    tag: Record = {"id": call.store.new_id(), "name": name, "workspaceId": call.workspace, "archived": False}
    names.ensure_free(call, "tag", tag)
    call.store.save("tag", tag)
    return Answer(201, tag)


def update_tag(call: Call) -> Answer:
    """Without `archived` it is un-archived [live 2026-08-09]; kept where the switches merge."""
    writing(call)
    body = call.body("tag")
    merging = call.switches.put_tags == "merge"
    name = (names.optional if merging else names.needed)(call, body, "tag")
    tag = names.fetch(call, "tag", call.params["tag"])
    archived = flag(body, "archived")
    tag["name"] = name or tag["name"]
    tag["archived"] = (tag["archived"] if merging else False) if archived is None else archived
    names.ensure_free(call, "tag", tag)
    call.store.save("tag", tag)
    return call.updated(tag)


def delete_tag(call: Call) -> Answer:
    """An active one as well [live x3]; it disappears from time entries [inferred]."""
    writing(call)
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
