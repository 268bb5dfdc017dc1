"""A reading that a rate limit ended, kept in the state folder for the time of the limit: the next plan goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reconciler.applying.private_files import make_state_folder, read_private, write_private
from reconciler.cli.prepared import PreparedPlan
from reconciler.cli.terminal.output import print_message
from reconciler.errors import RateLimitError
from reconciler.gateway import GatewayConfig, Reader
from reconciler.gateway.kept_responses import KeptResponse, KeptResponses
from reconciler.gateway.messages import Response
from reconciler.json_text import parse_json
from reconciler.render import values, words

FILE = "reading.json"
FORMAT = "reconciler-reading/1"
LIMIT_SECONDS = 3600.0
"""The longest limit that is known is by the hour (docs/clockify.md 1.4): what is older is read again."""
MAX_BYTES = 64 * 1024 * 1024
_HEADERS = ("content-type", "last-page", "total-count")


@dataclass(frozen=True, slots=True)
class KeptReading:
    """The file of one state folder. `now` returns Unix time, in seconds."""

    state_dir: str
    config: GatewayConfig
    now: Callable[[], float] = time.time

    def load(self, workspace_id: str) -> dict[str, KeptResponse]:
        """What was kept of this workspace, by target, and is not too old. What is damaged or foreign is ignored, with a line."""
        path = self._path
        if not path.exists():
            return {}
        try:
            content: Any = parse_json(read_private(path)) if path.stat().st_size <= MAX_BYTES else None
            kept = _responses(content)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            print_message(f"warning: the kept reading in {path} is damaged; it is ignored")
            return {}
        if content["of"] != self._of(workspace_id, str(content["of"].get("salt"))):
            print_message(
                f"note: the kept reading in {path} is of another workspace, gateway or account; it is ignored"
            )
            return {}
        oldest = self.now() - LIMIT_SECONDS
        return {target: each for target, each in kept.items() if oldest < each.read_at <= self.now()}

    def save(self, workspace_id: str, kept: Mapping[str, KeptResponse]) -> None:
        """Keep a reading. Raises OSError."""
        pages = [
            {
                "target": target,
                "read_at": each.read_at,
                "headers": {name: each.response.headers[name] for name in _HEADERS if name in each.response.headers},
                "body": each.response.body.decode(),
            }
            for target, each in kept.items()
        ]
        content = {"format": FORMAT, "of": self._of(workspace_id, os.urandom(8).hex()), "pages": pages}
        make_state_folder(self._path.parent)
        write_private(self._path, json.dumps({**content, "sha256": _sum(pages)}).encode())

    def delete(self) -> None:
        """Keep nothing more."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    @property
    def _path(self) -> Path:
        return Path(self.state_dir, FILE)

    def _of(self, workspace_id: str, salt: str) -> dict[str, str]:
        """What a reading is of. The account is known by its key, of which a salted hash is kept."""
        account = f"{self.config.connection}\n{self.config.key}".encode()
        hashed = hashlib.blake2b(account, salt=salt.encode()[:16], digest_size=16).hexdigest()
        target = {"gateway": self.config.name, "base_url": self.config.base_url, "workspace": workspace_id}
        return {**target, "account": hashed, "salt": salt}


def _responses(content: Any) -> dict[str, KeptResponse]:
    """The responses of a file. Raises ValueError, TypeError, KeyError and AttributeError for one that is not as it was written."""
    pages = content["pages"]
    if content["format"] != FORMAT or content["sha256"] != _sum(pages) or not isinstance(content["of"], dict):
        raise ValueError("not a kept reading")
    return {
        str(page["target"]): KeptResponse(
            float(page["read_at"]),
            Response(200, {name: str(value) for name, value in page["headers"].items()}, page["body"].encode()),
        )
        for page in pages
    }


def _sum(pages: Any) -> str:
    return hashlib.sha256(json.dumps(pages, sort_keys=True).encode()).hexdigest()


def prepare_resuming(
    file: KeptReading,
    reader: Reader,
    workspace_id: str,
    prepare: Callable[[], PreparedPlan],
    is_limited: Callable[[], bool],
) -> PreparedPlan:
    """What `prepare` returns, with what an interrupted reading kept. A plan with removals is made again, from a whole reading.

    Where a rate limit ends it, or an interrupt while `is_limited` says that one is waited for, what was read so far is kept.
    """
    kept = KeptResponses(reader.path_of_workspace(workspace_id), file.now, file.load(workspace_id))
    reader.use_kept(kept)
    try:
        prepared = prepare()
        if kept.used and any(change.is_removal for change in prepared.plan.changes):
            print_message("the plan has removals: the workspace is read again, without the kept reading")
            kept.forget()
            prepared = prepare()
    except (RateLimitError, KeyboardInterrupt) as error:
        if isinstance(error, RateLimitError) or is_limited():
            _keep(file, workspace_id, kept)
        raise
    finally:
        reader.use_kept(None)
    if kept.used:
        print_message(_used(kept.used, file.now()))
    file.delete()
    return prepared


def _keep(file: KeptReading, workspace_id: str, kept: KeptResponses) -> None:
    """Keep what was read, and say so; a failure is a message."""
    pages = kept.to_keep()
    if not pages:
        return
    try:
        file.save(workspace_id, pages)
    except (OSError, UnicodeDecodeError) as error:
        print_message(f"note: what was read is not kept: {error}")
        return
    until = datetime.fromtimestamp(min(each.read_at for each in pages.values()) + LIMIT_SECONDS).astimezone()
    what = words.count(len(pages), "page")
    print_message(f"{what} of the workspace kept until {until:%H:%M}: the same command goes on from there")


def _used(used: Mapping[str, KeptResponse], now: float) -> str:
    age = values.duration(max(0.0, now - min(each.read_at for each in used.values())))
    return f"note: {words.count(len(used), 'page')} of the workspace read before the limit, up to {age} ago"
