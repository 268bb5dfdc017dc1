"""The write endpoints, in addition to those of the Reader. Only an approved run opens a Writer."""

from __future__ import annotations

from reconciler.errors import ProtocolError
from reconciler.gateway.connections import NewConnection, connection_of, new_connection, request_for
from reconciler.gateway.messages import Request
from reconciler.gateway.reader import Reader, object_or_none
from reconciler.gateway.requests import RequestObserver
from reconciler.gateway.time_entries import TimeEntryWrites
from reconciler.model import Kind
from reconciler.value_types import Wire


class Writer(Reader, TimeEntryWrites):
    """Writes to a Clockify account. Each method sends one request (retried only where that is safe) and returns the object
    of the response, or None for a success without a body.

    The observer is called right before the request is sent, and may prevent it by raising. Raises GatewayError; after an
    error with `unknown` set, the request may have been carried out.
    """

    def create(
        self, kind: Kind, workspace_id: str, body: Wire, parent_id: str = "", *, observer: RequestObserver | None = None
    ) -> Wire | None:
        """Create a resource: `POST` to the collection of the kind, or to its `copy_endpoint` if the body names what to copy."""
        path = self._collection(kind, workspace_id, parent_id)
        if kind.copy_source in body:
            path += f"/{kind.copy_endpoint}"
        return self._write(Request("POST", path, body=body), observer)

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
        """Replace a resource: `PUT`. The body contains every value to keep."""
        path = self._one(kind, workspace_id, resource_id, parent_id)
        return self._write(Request("PUT", path, tuple(kind.update_params.items()), body), observer)

    def patch(
        self,
        kind: Kind,
        workspace_id: str,
        resource_id: str,
        endpoint: str,
        body: Wire,
        parent_id: str = "",
        *,
        method: str = "PATCH",
        observer: RequestObserver | None = None,
    ) -> Wire | None:
        """Change a sub-resource such as the `estimate` of a project: `PATCH`, or `PUT` for a rate."""
        path = self._one(kind, workspace_id, resource_id, parent_id) + f"/{endpoint}"
        return self._write(Request(method, path, body=body), observer)

    def delete(
        self,
        kind: Kind,
        workspace_id: str,
        resource_id: str,
        parent_id: str = "",
        *,
        observer: RequestObserver | None = None,
    ) -> None:
        """Delete a resource: `DELETE`. Any 2xx is a success, with a body or without (docs/clockify.md 12 #20)."""
        self._pipeline.call(Request("DELETE", self._one(kind, workspace_id, resource_id, parent_id)), observer)

    def set_manager(
        self,
        workspace_id: str,
        user_id: str,
        project_id: str,
        *,
        is_manager: bool = True,
        observer: RequestObserver | None = None,
    ) -> None:
        """Make a user the manager of a project, `POST /users/{id}/roles`, or no longer its manager, `DELETE` with the same body."""
        path, body = (
            self._path(workspace_id, "users", user_id, "roles"),
            {"entityId": project_id, "role": "PROJECT_MANAGER"},
        )
        self._pipeline.call(Request("POST" if is_manager else "DELETE", path, body=body), observer)

    def pause(self, attempt: int) -> None:
        """Wait as before a retry, after failed attempt number `attempt`, from 1."""
        self._pipeline.pause(attempt)

    def create_workspace(self, name: str, *, observer: RequestObserver | None = None) -> Wire:
        """Create a workspace: `POST /v1/workspaces`. The API cannot delete a workspace."""
        request = Request("POST", f"{self._prefix}/workspaces", body={"name": name})
        created = self._write(request, observer)
        if created is None:
            raise ProtocolError(f"the response to {request.name} is empty", request=request.name, unknown=True)
        return created

    def create_connection(self, app: str = "clockify") -> NewConnection:
        """Create a connection: `POST /connections`. It is PENDING until its link was opened and Clockify authorised."""
        request = request_for("POST", body={"app": app})
        return new_connection(connection_of(self._pipeline.call(request), request), request)

    def delete_connection(self, connection_id: str) -> None:
        """Delete a connection: `DELETE /connections/{id}`. Requests through it fail from then on."""
        self._pipeline.call(request_for("DELETE", connection_id))

    def _write(self, request: Request, observer: RequestObserver | None = None) -> Wire | None:
        return object_or_none(self._pipeline.call(request, observer), request)
