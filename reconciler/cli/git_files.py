"""Manifests as a commit has them, through the git program. Reads only; the work tree is not touched."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest import load
from reconciler.manifest.load import NO_VALUES
from reconciler.state import Desired, SourceFile
from reconciler.stores.git_program import OF_A_HOOK

MANIFESTS = (".yaml", ".yml")
SUFFIXES = (*MANIFESTS, ".csv", ".xlsx")
"""Files that manifests consist of, with what they include."""
MOST_COMMITS = 200
"""Commits that are searched for the manifests of a run."""
_SECONDS = 60
_GIT = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotepath=false")


class Repository:
    """The repository that holds some manifests. Raises ReconcilerError outside one, and where git cannot be run."""

    def __init__(self, paths: Sequence[str]) -> None:
        if "-" in paths:
            raise ReconcilerError("standard input is in no git repository", hint="name files or folders")
        folder = Path(paths[0]).resolve()
        self._root = folder if folder.is_dir() else folder.parent
        # Pathspecs are taken from where git runs, and `_paths` are from the root; so git runs there from here on.
        self._root = Path(os.fsdecode(self._run("rev-parse", "--show-toplevel")).rstrip("\n"))
        self._paths = [self._inside(path) for path in paths]

    def _inside(self, path: str) -> str:
        """A path from the root of the repository; "" for the root. Raises ReconcilerError for one outside."""
        try:
            return "" if (inside := Path(path).resolve().relative_to(self._root).as_posix()) == "." else inside
        except ValueError:
            raise ReconcilerError(f"{path} is not in the git repository {self._root}") from None

    def commit(self, ref: str) -> str:
        """The id of the commit that a ref names. Raises ReconcilerError."""
        try:
            return (
                self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
            )
        except ReconcilerError:
            hint = "name a branch, a tag or a commit; in CI fetch the history (fetch-depth: 0)"
            raise ReconcilerError(f"no commit {ref!r} in {self._root}", hint=hint) from None

    def commits(self) -> Iterator[str]:
        """The newest commits that changed the manifests or what they may read beside them, newest first."""
        places = self._pathspecs(with_siblings=True)
        text = self._run("log", f"--max-count={MOST_COMMITS}", "--format=%H", "HEAD", "--", *places)
        yield from text.decode().split()

    def desired_at(self, commit: str, values: Mapping[str, str] = NO_VALUES) -> Desired:
        """What the manifests of a commit declare; nothing if it has none of them. Raises ReconcilerError if they are not valid.

        `values`: those of variables, of which the commit may declare other ones.
        """
        with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
            self._extract(commit, Path(folder))
            present = [str(place) for path in self._paths if (place := Path(folder, path)).exists()]
            if not present or not any(Path(folder).iterdir()):
                return Desired({})
            try:
                return replace(load(present, environment=values), sources=())
            except ManifestError as error:
                count = len(error.problems)
                problem = f"the manifests of commit {commit[:12]} are not valid: {count} problem{'s' * (count != 1)}"
                first = error.problems[0]
                hint = f"first: {first.message}; choose another --base"
                raise ReconcilerError(problem, hint=hint) from None

    def has(self, commit: str, sources: Sequence[SourceFile]) -> bool:
        """Whether a commit holds manifests with exactly these contents."""
        wanted = {source.sha256 for source in sources}
        named = {_sum(data) for path, data in self._files(commit, only_named=True) if path.endswith(MANIFESTS)}
        return named <= wanted <= named | {_sum(data) for _, data in self._files(commit)}

    def _extract(self, commit: str, folder: Path) -> None:
        for name, data in self._files(commit):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def _files(self, commit: str, *, only_named: bool = False) -> Iterator[tuple[str, bytes]]:
        """Names and contents of the files beside and below the manifests, or of the manifests alone. Links are left out."""
        places = self._pathspecs() if only_named else self._pathspecs(with_siblings=True)
        listing = self._run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *places)
        for entry in listing.split(b"\0"):
            meta, _, name = entry.partition(b"\t")
            mode, kind, blob, *_ = [*meta.decode().split(), "", "", ""]
            path = os.fsdecode(name)
            if kind == "blob" and mode != "120000" and path.lower().endswith(SUFFIXES):
                yield path, self._run("cat-file", "blob", blob)

    def _pathspecs(self, *, with_siblings: bool = False) -> list[str]:
        paths = self._paths
        if with_siblings:
            paths = [path if (self._root / path).is_dir() else os.path.dirname(path) for path in paths]  # noqa: PTH120
        return [] if "" in paths else list(dict.fromkeys(paths))

    def _run(self, *arguments: str) -> bytes:
        """What git prints. Raises ReconcilerError with its last message."""
        inherited = {name: value for name, value in os.environ.items() if name not in OF_A_HOOK}
        environment = {**inherited, "GIT_TERMINAL_PROMPT": "0", "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C"}
        try:
            done = subprocess.run(  # noqa: S603 - the git program, without a shell
                [*_GIT, "-C", str(self._root), *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=environment,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise ReconcilerError(
                "cannot run git: it is not installed", hint="install git, or leave out --base"
            ) from None
        except subprocess.TimeoutExpired:
            raise ReconcilerError(f"git did not finish within {_SECONDS} s") from None
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise ReconcilerError(
                f"git: {lines[-1] if lines else 'failed'}", hint="drift needs a git repository, or a run"
            )
        return done.stdout


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
