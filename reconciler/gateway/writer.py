"""Everything that can be written, on top of everything that can be read. Only an approved run opens a Writer."""

from __future__ import annotations

from reconciler.errors import ProtocolError
from reconciler.gateway.messages import Request
from reconciler.gateway.reader import Reader, object_or_none
from reconciler.gateway.requests import RequestObserver
from reconciler.model import Kind, Wire


class Writer(Reader):
    """Writes to a Clockify account. Each method sends one request (repeated only where that is safe) and returns the object
    that the service answers with, or None for a success without a body.

    A `witness` hears of it right before it leaves, and may still prevent it. Raises GatewayError; one that is `unknown` means
    that it may have been carried out or not.
    """

    def create(
        self, kind: Kind, workspace_id: str, body: Wire, parent_id: str = "", *, observer: RequestObserver | None = None
    ) -> Wire | None:
        """`POST` to the kind's collection."""
        return self._write(Request("POST", self._collection(kind, workspace_id, parent_id), body=body), observer)

    def update(
        self,
        kind: Kind,
        workspace_id: str,
        resource_id: str,
        body: Wire,
        parent_id: str = "",
        *,
        observer: RequestObserver | None = None,
    ) -> Wire | None:
        """`PUT`: the body replaces, so it holds all that is to stay."""
        path = self._one(kind, workspace_id, resource_id, parent_id)
        return self._write(Request("PUT", path, tuple(kind.update_params.items()), body), observer)

    def patch(
        self,
        kind: Kind,
        workspace_id: str,
        resource_id: str,
        endpoint: str,
        body: Wire,
        *,
        observer: RequestObserver | None = None,
    ) -> Wire | None:
        """`PATCH` of a sub-resource such as a project's `estimate`."""
        path = self._one(kind, workspace_id, resource_id, "") + f"/{endpoint}"
        return self._write(Request("PATCH", path, body=body), observer)

    def delete(
        self,
        kind: Kind,
        workspace_id: str,
        resource_id: str,
        parent_id: str = "",
        *,
        observer: RequestObserver | None = None,
    ) -> None:
        """`DELETE`; any 2xx will do, with a body or not (docs/clockify.md 12 #20)."""
        self._pipeline.call(Request("DELETE", self._one(kind, workspace_id, resource_id, parent_id)), observer)

    def pause(self, attempt: int) -> None:
        """Wait as before any request that is sent again, after the failed attempt of this number."""
        self._pipeline.pause(attempt)

    def create_workspace(self, name: str) -> Wire:
        """`POST /v1/workspaces`. The API has no way to undo it."""
        request = Request("POST", f"{self._prefix}/workspaces", body={"name": name})
        created = self._write(request)
        if created is None:
            raise ProtocolError(f"the answer to {request.name} is empty", request=request.name)
        return created

    def _write(self, request: Request, observer: RequestObserver | None = None) -> Wire | None:
        return object_or_none(self._pipeline.call(request, observer), request)
