"""Error responses: Clockify's envelope, its messages in two languages, and the gateway's own shape.

Texts and codes are those of docs/clockify.md section 1.2 and 6-10 where recorded. The Spanish ones stand for any account language;
only two of them were captured. A client must not depend on their text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MESSAGES: Mapping[str, tuple[str, str]] = {
    "client.missing": ("Client doesn't belong to Workspace", "Cliente no pertenece a Espacio de trabajo"),
    "project.missing": ("Project doesn't belong to Workspace", "Proyecto no pertenece a Espacio de trabajo"),
    "task.missing": ("Task doesn't belong to Project", "Tarea no pertenece a Proyecto"),
    "tag.missing": ("Tag doesn't belong to Workspace", "Etiqueta no pertenece a Espacio de trabajo"),
    "entry.missing": ("Time entry doesn't belong to Workspace", "Registro no pertenece a Espacio de trabajo"),
    "user.missing": ("User doesn't belong to Workspace", "Usuario no pertenece a Espacio de trabajo"),
    "currency.missing": ("Currency doesn't belong to Workspace", "Moneda no pertenece a Espacio de trabajo"),
    "group.missing": ("User group doesn't belong to Workspace", "Grupo de usuarios no pertenece a Espacio de trabajo"),
    "group_member.missing": ("User doesn't belong to User group", "Usuario no pertenece a Grupo de usuarios"),
    "role.missing": ("User doesn't have this role", "El usuario no tiene este rol"),
    "client.required": ("Client name is required", "El nombre del cliente es obligatorio"),
    "project.required": ("project name is required", "El nombre del proyecto es obligatorio"),
    "task.required": (
        "Task name has to be between 1 and 1000 characters long",
        "El nombre de la tarea debe tener entre 1 y 1000 caracteres",
    ),
    "tag.required": ("Tag name is required", "El nombre de la etiqueta es obligatorio"),
    "workspace.required": ("Workspace name is required", "El nombre del espacio de trabajo es obligatorio"),
    "group.required": ("User group name is required", "El nombre del grupo de usuarios es obligatorio"),
    "client.length": (
        "Client name has to be between 1 and 100 characters long",
        "El nombre del cliente debe tener entre 1 y 100 caracteres",
    ),
    "project.length": (
        "Project name has to be between 2 and 250 characters long",
        "El nombre del proyecto debe tener entre 2 y 250 caracteres",
    ),
    "task.length": (
        "Task name has to be between 1 and 1000 characters long",
        "El nombre de la tarea debe tener entre 1 y 1000 caracteres",
    ),
    "tag.length": (
        "Tag name has to be between 1 and 100 characters long",
        "El nombre de la etiqueta debe tener entre 1 y 100 caracteres",
    ),
    "workspace.length": (
        "Workspace name has to be between 1 and 50 characters long",
        "El nombre del espacio de trabajo debe tener entre 1 y 50 caracteres",
    ),
    "group.length": (
        "User group name has to be between 1 and 100 characters long",
        "El nombre del grupo de usuarios debe tener entre 1 y 100 caracteres",
    ),
    "client.duplicate": ("Client with name '{name}' already exists", "Ya existe un cliente con el nombre '{name}'"),
    # The client's name is empty for a project without one, which leaves the double space that was captured.
    "project.duplicate": (
        "{name} project for client {client} already exists.",
        "El proyecto {name} para el cliente {client} ya existe.",
    ),
    "task.duplicate": ("Task with name '{name}' already exists", "Ya existe una tarea con el nombre '{name}'"),
    "tag.duplicate": ("Tag with name {name} already exists", "Ya existe una etiqueta con el nombre {name}"),
    "group.duplicate": (
        "User group with name {name} already exists",
        "Ya existe un grupo de usuarios con el nombre {name}",
    ),
    "client.active": ("Cannot delete an active client", "No se puede eliminar un cliente activo"),
    "project.active": ("Cannot delete an active project", "No se puede eliminar un proyecto activo"),
    "task.active": ("Cannot delete an active task", "No se puede eliminar una tarea activa"),
    "tag.active": ("Cannot delete an active tag", "No se puede eliminar una etiqueta activa"),
    "angle": (
        'You entered wrong value. Don\'t use "<" and ">" characters',
        'Ha introducido un valor incorrecto. No use los caracteres "<" y ">"',
    ),
    "cc_emails": (
        "Number of additional emails must be less than 3",
        "El número de correos adicionales debe ser menor que 3",
    ),
    "too_long": ("{field} is too long", "{field} es demasiado largo"),
    "not_valid": ("{field} is not valid", "{field} no es válido"),
    "page_size": ("Page size must be a positive value", "El tamaño de página debe ser un valor positivo"),
    "page": ("Page must be a positive value", "La página debe ser un valor positivo"),
    "entry.end_only": (
        "Can't create time entry with end time only.",
        "No se puede crear un registro solo con la hora de fin.",
    ),
    "entry.order": ("Start time must be before end time", "La hora de inicio debe ser anterior a la de fin"),
    "entry.forced": ("{field} is required", "{field} es obligatorio"),
    "estimate.both": (
        "Time estimate and budget estimate can't both be active",
        "Las estimaciones de tiempo y de presupuesto no pueden estar ambas activas",
    ),
    "project.not_template": ("Project is not a template", "El proyecto no es una plantilla"),
    "role.source": ("Role can't be assigned to this entity", "El rol no se puede asignar a esta entidad"),
    "user.owner": ("Can't deactivate the workspace owner", "No se puede desactivar al propietario"),
    "user.self": ("Can't deactivate yourself", "No puede desactivarse a sí mismo"),
    "user.exists": ("User is already in the workspace", "El usuario ya está en el espacio de trabajo"),
}


class ErrorResponse(Exception):  # noqa: N818 - a response of the service, not an internal error
    """Raised to end a call with an error response. `code` is Clockify's number, None for an error of the gateway."""

    def __init__(
        self,
        status: int,
        code: int | None,
        message: str,
        *,
        key: str = "",
        headers: Mapping[str, str] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.key = key
        self.headers = dict(headers or {})
        self.details = details

    @property
    def is_missing(self) -> bool:
        """Whether the error is about an unknown id."""
        return self.key.endswith(".missing")

    def body(self, language: str = "en") -> dict[str, Any]:
        """The JSON body; only domain messages are translated (section 1.2)."""
        if self.code is None:
            return {"error": self.message}
        message = _MESSAGES[self.key][language == "es"].format(**self.details) if self.key else self.message
        return {"message": message, "code": self.code}


def domain(key: str, **details: Any) -> ErrorResponse:
    """A domain error: 400 with code 501 and a message of the table above."""
    return ErrorResponse(400, 501, _MESSAGES[key][0].format(**details), key=key, **details)


def wrong_shape(what: str) -> ErrorResponse:
    """JSON that is absent or of the wrong shape: 400 with code 3002."""
    return ErrorResponse(400, 3002, what)


def not_convertible(value: str, name: str) -> ErrorResponse:
    """A parameter that cannot be converted: 400 with code 3000; the message echoes the value."""
    return ErrorResponse(400, 3000, f"Failed to convert value '{value}' of parameter '{name}'")


def access_denied() -> ErrorResponse:
    """403, for a workspace that is unknown, malformed or not the caller's, or a role without the right."""
    return ErrorResponse(403, 501, "Access Denied")


def no_route(path: str) -> ErrorResponse:
    """404 with code 3000; the message ends with a full stop."""
    return ErrorResponse(404, 3000, f"No static resource {path}.")


def wrong_method(method: str, allowed: str) -> ErrorResponse:
    """405 with code 3000 and an Allow header."""
    return ErrorResponse(405, 3000, f"Request method '{method}' is not supported", headers={"Allow": allowed})


def gateway(status: int, message: str) -> ErrorResponse:
    """An error of the gateway itself: its body has no numeric code, unlike Clockify's."""
    return ErrorResponse(status, None, message)
