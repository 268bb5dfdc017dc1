"""From the value of `--store` to a run store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from reconciler.errors import ConfigurationError
from reconciler.stores.claim import Holder
from reconciler.stores.folder import FolderStore
from reconciler.stores.store import RunStore

FORMS = "folder, git, git:REMOTE or sql:URL"


def open_run_store(
    spec: str,
    state_dir: str | Path,
    *,
    holder: Holder,
    now: Callable[[], float],
    environment: Mapping[str, str],
    folder: str | Path = ".",
) -> RunStore:
    """The run store of a state folder: `folder`, `git`, `git:REMOTE` or `sql:URL`.

    `now` gives Unix time in seconds. `environment`: the variables that the git program inherits, `folder`: where it runs. Raises
    ConfigurationError for another text, outside of a repository, and where an extra is not installed. Nothing is sent yet.
    """
    kind, colon, rest = spec.partition(":")
    if kind == "git" and (rest or not colon) and not rest.startswith("-"):
        from reconciler.stores.git import GitBackend  # noqa: PLC0415 - few commands need it
        from reconciler.stores.git_program import Git  # noqa: PLC0415 - few commands need it
        from reconciler.stores.shared import SharedStore  # noqa: PLC0415 - few commands need it

        return SharedStore(GitBackend(Git(Path(folder), environment), rest), state_dir, holder=holder, now=now)
    if kind == "sql" and rest:
        from reconciler.stores.shared import SharedStore  # noqa: PLC0415 - few commands need it
        from reconciler.stores.sql import SqlBackend  # noqa: PLC0415 - few commands need it

        return SharedStore(SqlBackend(rest), state_dir, holder=holder, now=now)
    if spec == "folder":
        return FolderStore()
    raise ConfigurationError(f"invalid run store {kind[:20]!r}", hint=f"its forms are {FORMS}")
