"""Recognizes a file that begins as manifests do: a folder with one that is not read would declare less than it shows."""

from __future__ import annotations

import codecs
import re

from reconciler.manifest.schema.manifest import validation_schema

_SNIFFED = 64 * 1024
_BACKUP_ENDINGS = ("~", "#", ".bak", ".backup", ".old", ".orig", ".rej", ".swo", ".swp", ".tmp")
_KEY = re.compile(r"([a-z_]+)[ \t]*:(?:[ \t]+([^ \t#]*))?")
_ITEM = re.compile(r'"([a-z_]+)"\s*:\s*("?1"?(?=\s*[,}])|\[)')
_SKIPPED = ("#", "---", "%")
_VERSIONS = ("1", '"1"', "'1'")


def is_backup(name: str) -> bool:
    """Whether a file has the name of a copy that an editor or a merge tool leaves, such as `tags.yaml~`."""
    return name.lower().endswith(_BACKUP_ENDINGS)


def looks_like_manifest(path: str) -> bool:
    """Whether a file begins as a manifest in YAML or JSON: with keys of manifests, among them the version. False if unreadable."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - called for each file of a folder
            data = stream.read(_SNIFFED)
    except OSError:
        return False
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if is_utf16 else "utf-8-sig", errors="ignore")
    return _is_json(text) if text.lstrip().startswith("{") else _is_yaml(text)


def _is_yaml(text: str) -> bool:
    """Whether the first line of content is a key of manifests, and the lines have the version and another key."""
    known = validation_schema()["properties"]
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _KEY.match(line)
        if match:
            found.setdefault(match[1], match[2] or "")
        if not found and line.strip() and not line.startswith(_SKIPPED):
            return False
        if found and next(iter(found)) not in known:
            return False
    return found.pop("version", "") in _VERSIONS and not known.keys().isdisjoint(found)


def _is_json(text: str) -> bool:
    """Whether a JSON object, possibly cut, has the version and a list of resources."""
    sections = {key for key, schema in validation_schema()["properties"].items() if schema.get("type") == "array"}
    items = {(match[1], match[2]) for match in _ITEM.finditer(text)}
    has_version = any(("version", version) in items for version in _VERSIONS)
    return has_version and any((section, "[") in items for section in sections)
