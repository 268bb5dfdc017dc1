"""Workspaces as commits on refs `refs/reconciler/KEY` of a git repository, or of a remote of it.

Each write is a commit on the one before, so the ref's own history has everything that was ever stored. The work tree, the index and
the branches are not touched. With a remote, the repository at hand holds the objects and what was fetched last.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from reconciler.errors import ConfigurationError, StoreError, StoreMovedError
from reconciler.stores.backend import FORMAT, FORMAT_FILE, StoreSnapshot
from reconciler.stores.git_program import Git
from reconciler.text import API_KEYS, command_line, redact

REFS: Final = "refs/reconciler/"
FETCHED: Final = "refs/reconciler-fetched/"
DEFAULT_REMOTE: Final = "origin"


class GitBackend:
    """`remote`: name, URL or path of a remote; "" is `origin` if the repository has that, else the repository itself.

    Raises ConfigurationError outside of a repository.
    """

    def __init__(self, git: Git, remote: str = "") -> None:
        self._git = git
        if query := remote.partition("?")[2]:
            API_KEYS.add(query)  # it may be a token
        done = git.finish("rev-parse", "--git-dir")
        if done.code:
            raise ConfigurationError(
                f"the run store git needs a git repository: {done.message}",
                hint="run the command in the repository of the manifests, or choose another --store",
            )
        if not remote and DEFAULT_REMOTE in git.text("remote").splitlines():
            remote = DEFAULT_REMOTE
        self._remote = remote
        self._refs = f"{FETCHED}{hashlib.sha256(remote.encode()).hexdigest()[:12]}/" if remote else REFS
        """Where this repository has the refs: its own, or those of the remote as they were fetched."""

    @property
    def name(self) -> str:
        """The remote, without credentials."""
        return f"git:{redact(self._remote)}" if self._remote else "git"

    def snapshots(self) -> Mapping[str, StoreSnapshot]:
        """Fetch the refs, and list their trees."""
        if self._remote:
            options = (
                "--quiet",
                "--no-tags",
                "--no-write-fetch-head",
                "--no-recurse-submodules",
                "--refmap=",
                "--prune",
            )
            done = self._git.finish("fetch", *options, "--", self._remote, f"+{REFS}*:{self._refs}*")
            if done.code:
                raise StoreError(f"the run store {self.name} cannot be reached: {done.message}")
        lines = self._git.text("for-each-ref", "--format=%(objectname) %(refname)", self._refs).splitlines()
        found = (line.split(" ", 1) for line in lines)
        return {
            ref.removeprefix(self._refs): self._snapshot(ref.removeprefix(self._refs), commit) for commit, ref in found
        }

    def read(self, key: str, snapshot: StoreSnapshot, paths: Iterable[str]) -> Mapping[str, bytes]:  # noqa: ARG002 - as StoreBackend
        """The blobs of these paths."""
        listed = list(paths)
        asked = "".join(f"{snapshot.sums[path]}\n" for path in listed).encode()
        output, found, at = self._git.run("cat-file", "--batch", stdin=asked), {}, 0
        for path in listed:
            end = output.index(b"\n", at)
            head = output[at:end].split()
            if len(head) != 3:
                raise StoreError(f"the run store {self.name} lacks {path}: its repository is damaged")
            start = end + 1
            at = start + int(head[2]) + 1
            found[path] = output[start : at - 1]
        return found

    def replace(self, key: str, snapshot: StoreSnapshot, files: Mapping[str, bytes | None]) -> StoreSnapshot:
        """A commit on that of the snapshot, pushed if the ref is still there."""
        _require_key(key)
        blobs = self._store([data for data in files.values() if data is not None])
        sums = dict(snapshot.sums)
        for path, data in files.items():
            if data is None:
                sums.pop(path, None)
            else:
                sums[path] = blobs.pop(0)
        parents = ["-p", snapshot.version] if snapshot.version else []
        message = f"{'Claim' if files.get('claim.json') else 'Records'} of workspace {key}\n"
        commit = self._git.text("commit-tree", self._tree(sums), *parents, stdin=message.encode())
        zero = "0" * len(commit)
        if self._remote:
            self._push(key, snapshot.version, commit)
        else:
            done = self._git.finish("update-ref", f"{REFS}{key}", commit, snapshot.version or zero)
            if done.code:
                self._raise_for(key, snapshot.version, self._tip(key), done.message)
        return StoreSnapshot(commit, sums)

    def sum_of(self, data: bytes, like: str = "") -> str:
        """The id of the blob."""
        blob = b"blob %d\0" % len(data) + data
        return (hashlib.sha256(blob) if len(like) == 64 else hashlib.sha1(blob, usedforsecurity=False)).hexdigest()

    def _snapshot(self, key: str, commit: str) -> StoreSnapshot:
        done = self._git.finish("ls-tree", "-r", "-z", "--full-tree", commit)
        sums = {}
        for entry in done.output.split(b"\0"):
            meta, _, name = entry.partition(b"\t")
            mode, kind, blob, *_ = [*meta.decode("ascii", "replace").split(), "", "", ""]
            if kind == "blob" and mode != "120000":
                sums[os.fsdecode(name)] = blob
        mark = sums.get(FORMAT_FILE, "")
        if done.code or mark != self.sum_of(FORMAT, mark):
            raise StoreError(
                f"{REFS}{key} of the run store {self.name} is no run store of this version: another hand moved it to {commit}",
                hint="move it back to its last commit of run records, which `versions` in store.json of a state folder names: "
                + self._moving_back(f"{REFS}{key}"),
            )
        return StoreSnapshot(commit, sums)

    def _moving_back(self, ref: str) -> str:
        """The command that moves a ref to a commit; a reflog of these refs is kept by few repositories."""
        if self._remote:
            return command_line("git", "push", "--force", redact(self._remote), f"COMMIT:{ref}")
        return command_line("git", "update-ref", ref, "COMMIT")

    def _store(self, contents: list[bytes]) -> list[str]:
        """Write blobs; their ids, in order."""
        if not contents:
            return []
        with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
            paths = [Path(folder, str(number)) for number in range(len(contents))]
            for path, data in zip(paths, contents, strict=True):
                path.write_bytes(data)
            listed = "".join(f"{path}\n" for path in paths).encode()
            return self._git.text("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listed).splitlines()

    def _tree(self, sums: Mapping[str, str]) -> str:
        """Write the tree of these blobs, by an index of its own."""
        entries = "".join(f"100644 {blob} 0\t{path}\0" for path, blob in sorted(sums.items()))
        with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            self._git.run("update-index", "-z", "--index-info", stdin=os.fsencode(entries), variables=index)
            return self._git.text("write-tree", variables=index)

    def _push(self, key: str, before: str, commit: str) -> None:
        """Push where the remote's ref is still `before`. After a failure the ref tells what became of the push."""
        ref = f"{REFS}{key}"
        options = ("--porcelain", "--no-verify", "--no-signed", "--recurse-submodules=no")
        lease = f"--force-with-lease={ref}:{before}"
        try:
            done = self._git.finish("push", *options, lease, "--", self._remote, f"{commit}:{ref}")
            code, message = done.code, _reason(done.output.decode(errors="replace")) or done.message
        except StoreError as error:
            code, message = 1, error.message
        if code:
            self._raise_for(key, before, self._remote_tip(ref, message), message, commit)
        self._git.run("update-ref", f"{self._refs}{key}", commit)

    def _remote_tip(self, ref: str, message: str) -> str:
        done = self._git.finish("ls-remote", "--", self._remote, ref)
        if done.code:
            raise StoreError(f"the run store {self.name} cannot be reached: {message}")
        return done.output.decode().partition("\t")[0]

    def _tip(self, key: str) -> str:
        return self._git.finish("rev-parse", "--verify", "--quiet", f"{REFS}{key}").output.decode().strip()

    def _raise_for(self, key: str, before: str, tip: str, message: str, commit: str = "") -> None:
        """Raise for a ref that was not written; nothing where it was, and only the answer is lost."""
        if commit and tip == commit:
            return
        if not tip and before:
            raise StoreMovedError(f"another hand deleted {REFS}{key} of the run store {self.name}")
        if tip != before:
            raise StoreMovedError(f"another machine wrote to {REFS}{key} of the run store {self.name}")
        raise StoreError(f"cannot write {REFS}{key} of the run store {self.name}: {message}")


def _reason(output: str) -> str:
    """Why a push was refused: the last column of the line that starts with an exclamation mark."""
    refused = [line for line in output.splitlines() if line.startswith("!")]
    return redact(refused[0].split("\t")[-1]) if refused else ""


def _require_key(key: str) -> None:
    """Raise StoreError for an id that cannot be a part of a ref."""
    if not key.isascii() or not key.replace("-", "").replace("_", "").isalnum():
        raise StoreError(f"the id {redact(key)!r} of the workspace cannot name a git ref")
