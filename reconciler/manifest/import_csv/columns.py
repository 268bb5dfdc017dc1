"""Which column of a table holds what: the four of Clockify's format, and those that options give to fields of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, CLIENT, KINDS, PROJECT, TAG, TASK
from reconciler.manifest.table import Table
from reconciler.manifest.validation.suggestions import did_you_mean, enumerate_words
from reconciler.manifest.yaml.text import quote
from reconciler.text import command_line, suggest

HEADERS = {CLIENT.name: "Client", PROJECT.name: "Project", TASK.name: "Task", TAG.name: "Tags"}
"""The columns of Clockify's format by the kind that they name (docs/clockify.md section 17)."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a table is read. `columns`: `FIELD`, `KIND.FIELD`, `client`, `project`, `task` or `tag` → the column that holds it.

    `sheet`: that of a workbook, "" for the first visible one. `workspace`: what the manifest names, "" for no name.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A column that holds a field. `kinds`: those whose field it is, the nearest to a row's own resource first."""

    column: str
    field: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: `names` by kind, those of fields, and those that are not imported."""

    names: Mapping[str, str]
    fields: tuple[FieldColumn, ...]
    ignored: tuple[str, ...]


def column_option(text: str) -> tuple[str, str]:
    """`FIELD=NAME` as the field and the column. Raises ValueError with a message for people."""
    key, sign, column = text.partition("=")
    key, column = key.strip().lower(), " ".join(column.split())
    if not sign or not column:
        raise ValueError(f"{text[:60]!r} is not FIELD=NAME, e.g. estimate=Budget")
    if key in BY_NAME or _kinds_with(key):
        return key, column
    kind, _, name = key.partition(".")
    if kind in BY_NAME:
        names = [each.name for each in BY_NAME[kind].fields]
        raise ValueError(f"a {kind} has no field {name[:60]!r}; {_suggestion(name, names)}")
    raise ValueError(f"unknown field {key[:60]!r}; {_suggestion(key, [*BY_NAME, *_every_field()])}")


def _suggestion(word: str, words: list[str]) -> str:
    return did_you_mean(word, words, otherwise=f"the fields are {enumerate_words(words)}")


def _every_field() -> list[str]:
    return list(dict.fromkeys(each.name for kind in KINDS for each in kind.fields))


def _kinds_with(key: str) -> tuple[str, ...]:
    """The kinds that have the field of `FIELD` or `KIND.FIELD`, children first. Without a kind, tags are left out: they share few fields."""
    kind, dot, name = key.rpartition(".")
    kinds = (kind,) if dot else (TASK.name, PROJECT.name, CLIENT.name)
    return tuple(each for each in kinds if each in BY_NAME and any(f.name == name for f in BY_NAME[each].fields))


def find_columns(table: Table, options: ImportOptions, problems: list[Problem]) -> Columns:
    """The columns of a table. Those that are missing, or look like a misspelling, are problems."""
    mapped = {key: _mapped(table, column, problems) for key, column in options.columns.items()}
    names: dict[str, str] = {}
    for kind, header in HEADERS.items():
        column = mapped[kind] if kind in mapped else _column(table, header)
        if column is not None:
            names[kind] = column
    fields = tuple(
        FieldColumn(column, key.rpartition(".")[2], _own_kinds(key, mapped))
        for key, column in mapped.items()
        if column is not None and key not in BY_NAME
    )
    used = {*names.values(), *(each.column for each in fields)}
    ignored = [column for column in table.columns if column not in used]
    if not any(kind in mapped and mapped[kind] is None for kind in HEADERS):
        problems += _missing(table, names, ignored)
    return Columns(names, fields, tuple(ignored))


def _own_kinds(key: str, mapped: Mapping[str, str | None]) -> tuple[str, ...]:
    """The kinds of a field without those for which another option names the same field."""
    kinds = _kinds_with(key)
    return kinds if "." in key else tuple(kind for kind in kinds if f"{kind}.{key}" not in mapped)


def _column(table: Table, name: str) -> str | None:
    """The column of this name, in any letter case."""
    if name in table.columns:
        return name
    return next((column for column in table.columns if column.casefold() == name.casefold()), None)


def _mapped(table: Table, name: str, problems: list[Problem]) -> str | None:
    column = _column(table, name)
    if column is None and table.columns:
        near = suggest(name, table.columns)
        listed = ", ".join(map(quote, table.columns[:20]))
        hint = f"did you mean {quote(near)}?" if near else f"the columns are {listed}"
        problems.append(table.problem_at((table.header, 1), f"no column {quote(name)}", hint))
    return column


def _missing(table: Table, names: Mapping[str, str], ignored: list[str]) -> Iterator[Problem]:
    """Columns that a file needs, and columns that may be meant by a misspelled one."""
    if not table.columns:
        return
    misspelled = False
    for kind, header in HEADERS.items():
        near = next((column for column in ignored if kind not in names and _is_near(column, header)), None)
        if near is not None:
            misspelled = True
            option = command_line("--column", f"{kind}={near}")
            hint = f"if it holds {BY_NAME[kind].plural}: rename it to {header}, or add {option}; if not, remove it"
            place = table.place(table.header, near)
            yield table.problem_at(place, f"unknown column {quote(near)}, and no column {header}", hint)
    if misspelled:
        return
    if not names:
        hint = "name a column so, or say which one it is, e.g. --column project=NAME"
        yield table.problem_at((table.header, 1), "no column Client, Project, Task or Tags", hint)
    elif TASK.name in names and PROJECT.name not in names:
        place = table.place(table.header, names[TASK.name])
        hint = "add a column Project, or say which one it is: --column project=NAME"
        yield table.problem_at(place, "a column of tasks, and no column Project", hint)


def _is_near(column: str, header: str) -> bool:
    """Whether a column may be meant to be this one: `Projects`, `Project name`, `Projct`."""
    words = column.casefold().replace("_", " ").replace("-", " ").split()
    singular = header.casefold().rstrip("s")
    if any(word.rstrip("s") == singular for word in words):
        return True
    is_alike = (
        len(words) == 1 and column[:1].casefold() == header[:1].casefold() and abs(len(column) - len(header)) <= 2
    )
    return is_alike and bool(suggest(column, [header]))
