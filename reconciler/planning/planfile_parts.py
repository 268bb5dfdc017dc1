"""Parts of a plan file: rename candidates and the proof of what was read, as JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.model import Address
from reconciler.names import Notation, join_path, split_path
from reconciler.planning.plan import Proof
from reconciler.planning.renames.candidate import Declaration, RenameCandidate
from reconciler.state import AccessRole, ListProof


def pair_to_json(pair: RenameCandidate, digest_version: int) -> dict[str, Any]:
    """A rename candidate; files of version 1 lack how it is declared."""
    content: dict[str, Any] = {
        "kind": pair.kind,
        "create": str(pair.create),
        "remove": str(pair.remove),
        "was": join_path(pair.was) if pair.was else None,
        "score": pair.score,
    }
    if digest_version > 1:
        declared = pair.declared
        content["declared"] = {"notation": str(declared.notation), "was": [join_path(path) for path in declared.was]}
        content["line"] = pair.line or None
    return content


def proof_to_json(proof: Proof) -> dict[str, Any]:
    """The proof of what was read."""
    lists = [{"what": p.what, "items": p.items, "pages": p.pages, "ended_by": p.ended_by} for p in proof.lists]
    return {"lists": lists, "role": str(proof.access_role), "connection": proof.connection or None}


def proof_from_json(data: Mapping[str, Any]) -> Proof:
    """What `proof_to_json` returns."""
    lists = (ListProof(item["what"], item["items"], item["pages"], item["ended_by"]) for item in data["lists"])
    return Proof(tuple(lists), AccessRole(data["role"]), data["connection"] or "")


def pair_from_json(data: Mapping[str, Any]) -> RenameCandidate:
    """What `pair_to_json` returns."""
    was = split_path(data["was"]) if data["was"] else ()
    known = data.get("declared", {"notation": Notation.MAPPING, "was": ()})
    declared = Declaration(Notation(known["notation"]), tuple(map(split_path, known["was"])))
    return RenameCandidate(Address.parse(data["create"]), Address.parse(data["remove"]), was, data["score"], declared)
