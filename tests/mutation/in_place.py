"""A mutant put into the running program: the code of the functions that it changes is replaced where they are.

Nothing need be imported again then. It is possible where the change is inside functions that no import ran; whoever else has
bound such a function (`from module import name`, a decorator, a table) has the changed one as well, as it is the same object.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import CodeType, FunctionType

Place = tuple[str, str, int]
"""File, qualified name and first line of a function."""


def functions_by_place() -> Mapping[Place, Sequence[FunctionType]]:
    """Every function of this process, wherever it is bound. Several have one place where a function makes functions."""
    gc.unfreeze()  # the collector does not list what is frozen
    found: dict[Place, list[FunctionType]] = defaultdict(list)
    for each in gc.get_objects():
        if type(each) is FunctionType:
            found[_place(each.__code__)].append(each)
    gc.freeze()
    return found


def replacements(path: str, before: str, after: str) -> list[tuple[Place, CodeType]] | None:
    """The functions of a module that a change of its source changes, with their new code. None: it is not in functions alone.

    A function that holds a changed one is changed too, as it makes it.
    """
    old, new = (compile(source, path, "exec", dont_inherit=True) for source in (before, after))
    pairs = list(_changed(old, new))
    if not pairs or any(pair is None for pair in pairs):
        return None
    return [(_place(one), other) for one, other in (pair for pair in pairs if pair is not None)]


def replace(functions: Mapping[Place, Sequence[FunctionType]], changes: Sequence[tuple[Place, CodeType]]) -> bool:
    """Give the functions their new code; whether there was any to change."""
    changed = [(each, code) for place, code in changes for each in functions.get(place, ())]
    for function, code in changed:
        function.__code__ = code
    return bool(changed)


def _changed(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType] | None]:
    """Pairs of functions that differ, themselves or in one inside. None: what runs on import differs, or nothing can be paired."""
    inner_old, inner_new = _inner(old), _inner(new)
    if [each.co_qualname for each in inner_old] != [each.co_qualname for each in inner_new]:
        yield None
        return
    below = [pair for one, other in zip(inner_old, inner_new, strict=True) for pair in _changed(one, other)]
    is_own = _own(old) != _own(new)
    if is_own and (not _is_function(old) or old.co_freevars != new.co_freevars):
        yield None
    elif (is_own or below) and _is_function(old):
        yield old, new
    yield from below


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _own(code: CodeType) -> tuple[object, ...]:
    """What a piece of code does itself, without what is inside it and without its lines."""
    constants = [None if isinstance(each, CodeType) else (type(each), repr(each)) for each in code.co_consts]
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return (code.co_code, code.co_exceptiontable, code.co_flags, constants, names)


def _is_function(code: CodeType) -> bool:
    """Whether it is a function's body, and not a module's or a class's."""
    return bool(code.co_flags & _OPTIMIZED)


_OPTIMIZED = 0x1
"""CO_OPTIMIZED of `inspect`: local variables in slots, as functions have them and modules and classes do not."""


def _place(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno
