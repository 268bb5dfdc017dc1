"""A time run: the record of one write of a time entry. Its folder has `time.json` in the place of a plan, and the same journal.

A folder with a plan is never a time run: no file that is added to the folder of a plan's run can take its protections away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

from reconciler.applying.journal.folder import TIME
from reconciler.applying.journal.run import Run
from reconciler.errors import JournalError
from reconciler.planning.plan import Plan, Target

FORMAT: Final = "reconciler.time_run/1"
_TARGET = ("gateway", "base_url")


def sealed_head(head: Mapping[str, Any]) -> dict[str, Any]:
    """The content of `time.json`, with its format and its digest."""
    content = {"format": FORMAT, **head}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return {**content, "digest": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}


@dataclass(frozen=True)
class TimeRun(Run):
    """A recorded time run. `content` raises JournalError where `time.json` cannot be read."""

    head_file: ClassVar[str] = TIME

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """What its `time.json` holds: action, zone, gateway, base_url, workspace, user, existed, undoes."""
        try:
            content: dict[str, Any] = self._plan_json
            texts = [content["action"], content["zone"], *(content[key] for key in _TARGET), *content["existed"]]
            texts += [content["workspace"]["id"], content["workspace"]["name"], content["user"]["id"]]
            if not all(isinstance(text, str) for text in texts):
                raise TypeError("a value is not text")  # noqa: TRY301 - reported below with every other problem of the file
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise JournalError(f"cannot read {TIME} of run {self.id}: {error}") from error
        return content

    @property
    def target(self) -> Target:
        """The gateway and the workspace that it wrote to. Raises JournalError."""
        content, workspace = self.content, self.content["workspace"]
        return Target(content["gateway"], content["base_url"], workspace["id"], workspace["name"])

    @property
    def plan(self) -> Plan:
        """A time run has none: raises JournalError."""
        raise JournalError(
            f"run {self.id} is a time run: it has no plan",
            hint=f"to show what it wrote: reconciler runs show {self.id}",
        )
