"""A process that has collected all tests once, and forks for each mutant: a child runs the tests that are asked for.

`python -m tests.mutation.server REQUESTS ANSWERS pytest-arguments…`, with the numbers of two open files. A request is a line of
JSON: a list of the names of tests, and null or a module's path, its source and the changed source. The answer is a line:
`missing` where the change cannot be put into the running program, else the process id of the child, and pytest's exit code of
its tests (1 as well where it was ended).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from types import CodeType, FunctionType

import pytest

from tests.mutation.in_place import Place, functions_by_place, replace, replacements
from tests.mutation.memory import limit_memory

Changes = Sequence[tuple[Place, CodeType]]


class Server:
    """The plugin whose loop of tests is the loop of requests."""

    def __init__(self, requests: int, answers: int) -> None:
        self._requests = os.fdopen(requests, encoding="utf-8")
        self._answers = os.fdopen(answers, "w", encoding="utf-8")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        functions = functions_by_place()
        items = {item.nodeid: item for item in session.items}
        for line in self._requests:
            names, change = json.loads(line)
            changes = replacements(os.path.realpath(change[0]), change[1], change[2]) if change else []
            if changes is None or (change and not any(functions.get(place) for place, _ in changes)):
                self._answer("missing")
                continue
            self._answer(self._run(session, [items[name] for name in names if name in items], functions, changes))
        return True

    def _run(
        self,
        session: pytest.Session,
        items: Sequence[pytest.Item],
        functions: Mapping[Place, Sequence[FunctionType]],
        changes: Changes,
    ) -> str:
        folder = tempfile.mkdtemp()  # where its tests work; it has no time to tidy up
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.setpgid(0, 0)
                limit_memory()
                os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
                replace(functions, changes)
                code = _first_failure(session, items)
            finally:
                os._exit(code)
        self._answer(str(child))
        _, status = os.waitpid(child, 0)
        shutil.rmtree(folder, ignore_errors=True)
        return str(os.waitstatus_to_exitcode(status))

    def _answer(self, line: str) -> None:
        self._answers.write(f"{line}\n")
        self._answers.flush()


def _first_failure(session: pytest.Session, items: Sequence[pytest.Item]) -> int:
    """Run the tests up to the first that fails. 0: all passed; 5: there are none."""
    for number, item in enumerate(items, 1):
        following = items[number] if number < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return 1
    return 0 if items else 5


def main() -> int:
    """Collect, and answer until the requests end."""
    requests, answers, *arguments = sys.argv[1:]
    return int(pytest.main(arguments, plugins=[Server(int(requests), int(answers))]))


if __name__ == "__main__":
    sys.exit(main())
