"""Switches between readings of the API; the defaults are docs/clockify.md's profile "live"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

_CHOICES: dict[str, tuple[str, ...]] = {
    "authorisation": ("granted", "refused"),
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
    "inline_tasks": ("kept", "ignored", "refused"),
    "from_template": ("marked", "any", "missing"),
    "template_copies": ("all", "tasks", "nothing"),
    "delete_answers": ("object", "empty"),
    "put_answers": ("object", "empty"),
    "clear_client": ("works", "ignored"),
    "both_estimates": ("refused", "time", "budget"),
    "spelling": ("normalised", "kept"),
    "member_rates": ("kept", "ignored"),
    "feeds": ("on", "missing", "forbidden", "paid"),
    "feed_types": ("all", "time"),
    "feed_pages": ("from-0", "from-1"),
    "feed_tasks": ("own", "project"),
    "feed_updates": ("all", "own"),
    "feed_answers": ("live", "wrapped", "bare", "text"),
    "feed_ids": ("entity", "log"),
}
_PARTS: dict[str, tuple[str, ...]] = {
    "reserved_names": ("clients", "projects", "tasks", "tags"),
    "task_post_ignores": ("billable", "assignees", "estimate"),
}


@dataclass(frozen=True, slots=True)
class Switches:
    """Each field selects a reading of the API. Raises ValueError for an invalid value.

    Access and limits:
    - `key`: the API key to require; empty accepts any non-empty key.
    - `role`: the role of the caller. An `admin` has all rights of the owner. A `member` sees only public projects and their
      own, and may write only time entries.
    - `roles_filter`: whether the list of workspaces supports `roles`. `members_shown`: whether workspaces include members.
    - `rate`: requests per workspace (direct) or account (gateway), `N/s` or `N/h`; `off` for no limit.
    - `throttle`: a 429 with a plain body, with a `Retry-After` header as well, or with an empty body.
    - `latency_ms`: delay of each response, in milliseconds.
    - `authorisation_expired`: the authorisation of the connection behind the gateway has expired: 500.
    - `authorised_after`: a new connection is authorised after this many reads of it (0: only by a visit of its link).
      `authorisation`: whether it then is granted (ACTIVE) or refused (FAILED).

    Responses:
    - `language`: of domain messages. `missing_is_404`: an unknown id is 404 rather than 400.
    - `page_default`, `page_cap`: default page size, and the largest allowed (0: no cap).
    - `last_page`, `total_count`: whether the headers are sent.
    - `archived_absent`: content of a list without `archived`. `hydrated`: which tasks `hydrated=true` embeds, if any.
    - `delete_answers`, `put_answers`: the object, or an empty body (204 and 200).
    - `omits`, `list_omits`: `kind.key` (keys of responses, such as `client.email`) that every response, or every list, leaves out.
    - `in_progress_list`: `GET /time-entries` lists running timers instead of 405.

    Writes:
    - `put_clients`, `put_tasks`, `put_tags`: an omitted field is reset, or kept. `put_projects`: `matrix` resets only
      `isPublic` and `billable`. `put_client_nameless`: a client PUT without a name is accepted.
    - `project_defaults`: flags of a new project come from the workspace's settings, or are false.
    - `clear_client`: whether `clientId: ""` removes a project from its client.
    - `both_estimates`: what becomes of a PATCH that activates the time and the budget estimate: 400, or one of them is kept active.
    - `spelling`: colors are stored in upper case and durations in the server's spelling, or both as sent.
    - `member_rates`: whether a PATCH of memberships stores their rates.
    - `inline_tasks`: whether `tasks` of a project POST are stored, ignored, or the reason to refuse it. `task_post_ignores`: fields that a task POST accepts and ignores.
    - `from_template`: projects that can be copied: those with the template flag, any, or the route is missing (404).
      `template_copies`: what a copy has of its template: all, tasks with their names and estimates, or nothing.
    - `delete_active_tasks`, `delete_active_clients`: active tasks and clients can be deleted. `tag_delete_needs_archive`: active tags cannot.
    - `reserved_names`: kinds whose names stay reserved after a delete.
    - `names_ignore_case`, `names_trimmed`: how names are compared and stored.
    - `refuse_fields`: `kind.field` (wire names, such as `task.estimate`) that every write silently drops.

    Feeds of changes:
    - `feeds`: whether they are there; if not, 404, 403, or 400 with the code of a feature that the plan lacks.
    - `feed_types`: all types, or only those of time entries, as in an earlier edition of the contract.
    - `feed_pages`: number of the first page. `feed_limit`: largest `limit`; a larger one is silently reduced.
    - `feed_tasks`: tasks appear on their own, or their project appears as updated instead.
    - `feed_updates`: every update appears, or only one by a request to the object itself (no rates, members, estimates, cascades).
    - `feed_answers`: items in `response` and the empty list bare (`live`), always in `response`, always bare, or JSON within a text.
    - `feed_ids`: `id` is that of the object, or one of the feed's own; `document` has that of the object either way.
    - `feed_deletion_lag`: seconds after which a deletion appears.
    """

    key: str = ""
    role: str = "owner"
    roles_filter: bool = True
    members_shown: bool = True
    rate: str = "50/s"
    throttle: str = "plain"
    latency_ms: int = 0
    authorisation_expired: bool = False
    authorised_after: int = 2
    authorisation: str = "granted"
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
    omits: tuple[str, ...] = ()
    list_omits: tuple[str, ...] = ()
    in_progress_list: bool = False
    put_clients: str = "replace"
    put_tasks: str = "replace"
    put_tags: str = "replace"
    put_projects: str = "matrix"
    put_client_nameless: bool = False
    project_defaults: str = "settings"
    clear_client: str = "works"
    both_estimates: str = "refused"
    spelling: str = "normalised"
    member_rates: str = "kept"
    inline_tasks: str = "kept"
    from_template: str = "marked"
    template_copies: str = "all"
    task_post_ignores: tuple[str, ...] = ("billable",)
    delete_active_tasks: bool = False
    delete_active_clients: bool = False
    tag_delete_needs_archive: bool = False
    reserved_names: tuple[str, ...] = ()
    names_ignore_case: bool = False
    names_trimmed: bool = False
    refuse_fields: tuple[str, ...] = ()
    feeds: str = "on"
    feed_types: str = "all"
    feed_pages: str = "from-0"
    feed_limit: int = 1000
    feed_tasks: str = "own"
    feed_updates: str = "all"
    feed_answers: str = "live"
    feed_ids: str = "entity"
    feed_deletion_lag: int = 60

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
        if self.feed_limit < 1 or self.feed_deletion_lag < 0:
            raise ValueError("feed_limit must be positive, feed_deletion_lag not negative")

    def __repr__(self) -> str:
        changed = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default)
        return f"Switches({', '.join(part for part in changed if not part.startswith('key='))})"

    def changed(self, values: Mapping[str, Any]) -> Switches:
        """A copy with other values: text as in `parse`, or JSON of the switch's own type. Raises ValueError."""
        known: dict[str, Any] = {f.name: f.default for f in fields(self)}
        made: dict[str, Any] = {}
        for given, value in values.items():
            name = given.replace("-", "_")
            if name not in known:
                raise ValueError(f"there is no switch {given!r}; there are {', '.join(known)}")
            own = list if isinstance(known[name], tuple) else type(known[name])
            if isinstance(value, str):
                made[name] = _value(name, value, known[name])
            elif type(value) is not own or (own is list and not all(isinstance(part, str) for part in value)):
                raise ValueError(f"{name} must be {'a list of texts' if own is list else own.__name__}, not {value!r}")
            else:
                made[name] = tuple(value) if own is list else value
        return replace(self, **made)

    def as_json(self) -> dict[str, Any]:
        """The switches as JSON; of the key only whether one is required."""
        shown = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "key"}
        lists = {name: list(value) for name, value in shown.items() if isinstance(value, tuple)}
        return {"requires_key": bool(self.key)} | shown | lists

    @classmethod
    def parse(cls, text: str) -> Switches:
        """Parse `name=value,name=value`. `+` separates the parts of a value; a name without a value means true.

        Raises ValueError for an unknown name or an invalid value.
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
    """Parse the value of a switch by the type of its default."""
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
"""The live service, as far as known."""
