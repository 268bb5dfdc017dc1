"""The readings of the API that the sandbox can be switched between; the defaults are docs/clockify.md's profile "live"."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

_CHOICES: dict[str, tuple[str, ...]] = {
    "throttle": ("plain", "retry-after", "empty"),
    "language": ("en", "es"),
    "role": ("owner", "admin", "member"),
    "put_clients": ("replace", "merge"),
    "put_tasks": ("replace", "merge"),
    "put_tags": ("replace", "merge"),
    "put_projects": ("matrix", "merge", "replace"),
    "project_defaults": ("settings", "false"),
    "archived_absent": ("both", "active"),
    "hydrated": ("full", "without-done", "unsupported"),
    "inline_tasks": ("kept", "ignored"),
    "delete_answers": ("object", "empty"),
    "put_answers": ("object", "empty"),
    "clear_client": ("works", "ignored"),
}
_PARTS: dict[str, tuple[str, ...]] = {
    "reserved_names": ("clients", "projects", "tasks", "tags"),
    "task_post_ignores": ("billable", "assignees", "estimate"),
}


@dataclass(frozen=True, slots=True)
class Switches:
    """Each field is one reading; raises ValueError for a value that it does not have.

    Who may come in and how often:
    - `key`: the one key that is accepted; empty accepts every key that is not empty.
    - `role`: what the caller is. An `admin` may do all that the owner may. A `member` sees no private project that they are not
      on, and may write nothing but time.
    - `roles_filter`: whether the list of workspaces heeds `roles`. `members_shown`: whether workspaces say who is in them.
    - `rate`: requests per workspace (direct) or account (gateway), `N/s` or `N/h`; `off` for no limit.
    - `throttle`: a 429 with a plain body, with a `Retry-After` header as well, or with an empty body.
    - `latency_ms`: how long each answer takes, in milliseconds.
    - `authorisation_expired`: behind the gateway, Clockify's authorisation has run out: 500.

    What answers look like:
    - `language`: of domain messages. `missing_is_404`: an unknown id is 404 rather than 400.
    - `page_default`, `page_cap`: page size where none is asked for, and the largest that is honoured (0: no cap).
    - `last_page`, `total_count`: whether the headers are sent.
    - `archived_absent`: what a list without `archived` holds. `hydrated`: which tasks `hydrated=true` carries, if any.
    - `delete_answers`, `put_answers`: the object, or an empty body (204 and 200).
    - `in_progress_list`: `GET /time-entries` lists running timers instead of 405.

    What writes do:
    - `put_clients`, `put_tasks`, `put_tags`: an omitted field is reset, or kept. `put_projects`: `matrix` resets only
      `isPublic` and `billable`. `put_client_nameless`: a client PUT without name is taken.
    - `project_defaults`: flags of a new project come from the workspace's settings, or are false.
    - `clear_client`: whether `clientId: ""` takes a project out of its client.
    - `inline_tasks`: whether `tasks` of a project POST are stored. `task_post_ignores`: what a task POST takes and ignores.
    - `delete_active_tasks`, `delete_active_clients`: a delete needs no DONE or archive. `tag_delete_needs_archive`: it does.
    - `reserved_names`: kinds whose names stay taken after a delete.
    - `names_ignore_case`, `names_trimmed`: how names are compared and stored.
    - `refuse_fields`: `kind.field` (wire names, such as `task.estimate`) that every write drops without a word.
    """

    key: str = ""
    role: str = "owner"
    roles_filter: bool = True
    members_shown: bool = True
    rate: str = "50/s"
    throttle: str = "plain"
    latency_ms: int = 0
    authorisation_expired: bool = False
    language: str = "en"
    missing_is_404: bool = False
    page_default: int = 50
    page_cap: int = 5000
    last_page: bool = True
    total_count: bool = True
    archived_absent: str = "both"
    hydrated: str = "full"
    delete_answers: str = "object"
    put_answers: str = "object"
    in_progress_list: bool = False
    put_clients: str = "replace"
    put_tasks: str = "replace"
    put_tags: str = "replace"
    put_projects: str = "matrix"
    put_client_nameless: bool = False
    project_defaults: str = "settings"
    clear_client: str = "works"
    inline_tasks: str = "kept"
    task_post_ignores: tuple[str, ...] = ("billable",)
    delete_active_tasks: bool = False
    delete_active_clients: bool = False
    tag_delete_needs_archive: bool = False
    reserved_names: tuple[str, ...] = ()
    names_ignore_case: bool = False
    names_trimmed: bool = False
    refuse_fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {getattr(self, name)!r}")
        for name, allowed in _PARTS.items():
            for part in getattr(self, name):
                if part not in allowed:
                    raise ValueError(f"{name} takes {', '.join(allowed)}, not {part!r}")
        if self.rate != "off":
            parse_rate(self.rate)
        if self.page_default < 1 or self.page_cap < 0 or self.latency_ms < 0:
            raise ValueError("page_default must be positive, page_cap and latency_ms not negative")

    def __repr__(self) -> str:
        changed = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default)
        return f"Switches({', '.join(part for part in changed if not part.startswith('key='))})"

    @classmethod
    def parse(cls, text: str) -> Switches:
        """Read `name=value,name=value`; several parts of one value are joined with `+`, a bare name means true.

        Raises ValueError that names what is unknown or has no such value.
        """
        values: dict[str, Any] = {}
        known = {f.name: f.default for f in fields(cls)}
        for item in filter(None, (part.strip() for part in text.split(","))):
            name, equals, value = item.partition("=")
            name = name.strip().replace("-", "_")
            if name not in known:
                raise ValueError(f"there is no switch {name!r}; there are {', '.join(known)}")
            values[name] = _value(name, value.strip() if equals else "true", known[name])
        return cls(**values)


def _value(name: str, text: str, default: Any) -> Any:
    """A switch's value from its text, by the type of its default."""
    if isinstance(default, bool):
        if text.lower() not in {"true", "false", "yes", "no", "on", "off"}:
            raise ValueError(f"{name} is true or false, not {text!r}")
        return text.lower() in {"true", "yes", "on"}
    if isinstance(default, int):
        if not text.isdecimal():
            raise ValueError(f"{name} is a whole number, not {text!r}")
        return int(text)
    if isinstance(default, tuple):
        return tuple(filter(None, (part.strip() for part in text.split("+"))))
    return text


def parse_rate(text: str) -> tuple[int, float]:
    """`50/s` → (50 requests, 1.0 second), `30/h` → (30, 3600.0). Raises ValueError."""
    count, _, unit = text.partition("/")
    seconds = {"s": 1.0, "h": 3600.0}.get(unit)
    if seconds is None or not count.isdecimal() or int(count) < 1:
        raise ValueError(f"a rate is N/s or N/h, not {text!r}")
    return int(count), seconds


LIVE = Switches()
"""The live service, as far as it is known."""
