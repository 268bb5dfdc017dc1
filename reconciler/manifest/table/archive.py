"""The parts of a workbook, checked before a library reads them: what it would unpack, and how far its cells reach.

The library allocates a rectangle from the first to the last cell, so two cells of a 5 kB file can ask for 500 GB, which ends the
process. The parts are therefore parsed here first, and passed on in an archive of only those that were.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_UNPACKED = 100 * 1024 * 1024
"""Maximum size of all parts together, unpacked."""
MOST_CELLS = 4_000_000
"""Maximum size of the rectangle of a sheet: 150 bytes a cell in the library and in Python."""
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
UNREADABLE = "not a workbook that can be read"
_READ_SIZE = 1 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, OSError, RuntimeError, ValueError)
"""What a broken archive raises."""


class WorkbookError(Exception):
    """Raised for a workbook that is not read, with the message and the hint for people."""

    def __init__(self, message: str, hint: str = "save the sheet as CSV UTF-8") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Part:
    """One XML part: how far its cells reach, what is wrong with those that have a formula, and the sheets and relationships that it names."""

    rows: int = 0
    columns: int = 0
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)


def safe_archive(data: bytes) -> tuple[bytes, dict[str, Part]]:
    """An archive of the XML parts, and these parts by their names. Raises WorkbookError."""
    kept = io.BytesIO()
    parts: dict[str, Part] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(kept, "w") as copy:
            for name, content in _contents(archive):
                part = _part(content)
                if part is not None:
                    parts[name] = part
                    copy.writestr(name, content)
    except _UNREADABLE as error:
        raise WorkbookError(UNREADABLE) from error
    for part in parts.values():
        if part.rows * part.columns > MOST_CELLS:
            message = f"a sheet reaches to row {part.rows} and column {part.columns}, which is too large"
            raise WorkbookError(message, "delete the empty rows and columns, or save the sheet as CSV UTF-8")
    return kept.getvalue(), parts


def formula_errors(parts: Mapping[str, Part], sheet: str) -> Mapping[tuple[int, int], str]:
    """Row and column of the cells of a sheet that have a formula without a value, with what is wrong."""
    for name, part in parts.items():
        if sheet in part.sheets:
            folder, _, base = name.rpartition("/")
            links = parts.get(f"{folder}/_rels/{base}.rels", Part())
            target = links.targets.get(part.sheets[sheet], "")
            return parts.get(target.lstrip("/") if target.startswith("/") else f"{folder}/{target}", Part()).errors
    return {}


def _contents(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Every part once with its content. Raises WorkbookError above the limit, whatever the archive declares."""
    room = MOST_UNPACKED
    seen: set[str] = set()
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        if entry.filename in seen or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WorkbookError(UNREADABLE)
        seen.add(entry.filename)
        content = bytearray()
        with archive.open(entry) as stream:
            while piece := stream.read(_READ_SIZE):
                content += piece
                if len(content) > room:
                    raise WorkbookError(f"the workbook holds more than {MOST_UNPACKED >> 20} MB")
        room -= len(content)
        yield entry.filename, bytes(content)


def _part(content: bytes) -> Part | None:
    """A part; None for one that is not XML, such as an image. Raises WorkbookError for one with a document type declaration."""
    scan = _Scan()
    try:
        scan.parser.Parse(content, True)  # noqa: FBT003 - expat takes no keyword
    except expat.ExpatError:
        return None
    return Part(scan.rows, scan.columns, scan.errors, scan.sheets, scan.targets)


class _Scan:
    """Follows the positions of the rows and cells of one part, in the way of the library."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.errors: dict[tuple[int, int], str] = {}
        self.sheets: dict[str, str] = {}
        self.targets: dict[str, str] = {}
        self._row = self._column = 0
        self._is_error = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise WorkbookError("the workbook has a document type declaration, which spreadsheets do not write")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(":")[2]
        if element == "row":
            self._row = _number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif element == "c":
            self._cell(attributes)
        elif element in ("v", "is", "f") and self._column:
            # A cell without content, which only has a format, takes no room.
            self.rows, self.columns = max(self.rows, self._row, 1), max(self.columns, self._column)
            self._formula(element)
        elif element == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.setdefault(attributes.get("name", ""), link)
        elif element == "Relationship":
            self.targets.setdefault(attributes.get("Id", ""), attributes.get("Target", ""))

    def _formula(self, element: str) -> None:
        place = (self._row, self._column)
        if element == "f":
            self.errors[place] = "holds a formula whose value is not saved"
        elif element == "v":
            self.errors.pop(place, None)
            if self._is_error:
                self.errors[place] = "holds the error of a formula"

    def _cell(self, attributes: dict[str, str]) -> None:
        self._is_error = attributes.get("t") == "e"
        if "r" not in attributes:
            self._column += 1
            return
        match = _REFERENCE.fullmatch(attributes["r"])
        if match is None:
            raise WorkbookError(f"invalid cell reference {attributes['r'][:20]!r}")
        self._row, self._column = int(match[2]), column_number(match[1])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise WorkbookError(f"invalid row number {text[:20]!r}")
    return int(text)


def column_number(letters: str) -> int:
    """`A` → 1, `AA` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → `A`, 27 → `AA`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
