"""What a path or the beginning of a file says: a plan file or a manifest. It imports nothing of plans, as `validate` needs it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from reconciler.json_text import parse_json
from reconciler.manifest.misnamed import looks_like_manifest

_SNIFFED = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_PLAN = re.compile(rb"(?:\A[\s{]*|\n)[\"']?format[\"']?\s*:\s*[\"']?reconciler\.plan/")
_MANIFEST = re.compile(rb"(?:\A[\s{]*|\n)[\"']?version[\"']?\s*:")


def is_plan_path(path: str) -> bool:
    """Whether a path has the name of a plan file."""
    return path.lower().endswith(".json")


def names_plan(path: str) -> bool:
    """Whether `apply` takes a path for a plan file: named as one, unless its content is that of a manifest in JSON."""
    # Opening a named pipe would wait for its writer.
    if not is_plan_path(path) or not os.path.isfile(path):  # noqa: PTH113
        return is_plan_path(path)
    return not looks_like_manifest(path) and not is_manifest(beginning(path))


def beginning(path: str) -> bytes:
    """The beginning of a file; empty if it cannot be read, which is reported where it is."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - as bytes, of which a plan file has many
            return stream.read(_SNIFFED)
    except OSError:
        return b""


def is_manifest(data: bytes) -> bool:
    """Whether the beginning of a file, or all of it, has the version of a manifest, also if nothing else is right in it."""
    if looks_like_plan(data):
        return False
    if _MANIFEST.search(data[:4000].removeprefix(_BOM)):
        return True
    try:
        content = parse_json(data, unique_keys=False)
    except ValueError:
        return False
    return isinstance(content, Mapping) and "version" in content and "format" not in content


def looks_like_plan(data: bytes) -> bool:
    """Whether the beginning of a file is that of a plan, to name a mistake."""
    return _PLAN.search(data[:1000].removeprefix(_BOM)) is not None


def as_argument(path: str) -> str:
    """A path as an argument that is never parsed as an option."""
    return f"./{path}" if path.startswith("-") and path != "-" else path
