"""Tasks of a contributor: `nox -s setup`, `check`, `test`, `test-all`, `coverage`, `search`, `mutation`, `docs`.

`setup` installs the package with its extras into the current environment, and the other sessions run in it: activate a virtual
environment first.
"""

from __future__ import annotations

import sys

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["check", "test"]


def _python(session: nox.Session, *arguments: str) -> None:
    session.run(sys.executable, *arguments, external=True)


@nox.session
def setup(session: nox.Session) -> None:
    """Install the package (editable), the tests' and the developers' tools."""
    _python(session, "-m", "pip", "install", "--quiet", "-c", ".ci/constraints.txt", "-e", ".[test,dev]")


@nox.session
def check(session: nox.Session) -> None:
    """Lint, format, types, and whether schemas and docs are up to date."""
    _python(session, "-m", "ruff", "check", ".")
    _python(session, "-m", "ruff", "format", "--check", ".")
    _python(session, "-m", "mypy", "reconciler", "tests")
    _python(session, "docs/build.py", "--check")


@nox.session
def test(session: nox.Session) -> None:
    """The tests without the slow ones. Arguments go to pytest: `nox -s test -- tests/planning -x`."""
    _python(session, "-m", "pytest", "-q", "-n", "4", "-m", "not slow", *session.posargs)


@nox.session(name="test-all")
def test_all(session: nox.Session) -> None:
    """All tests, as CI runs them."""
    _python(session, "-m", "pytest", "-q", "-n", "4", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """The branch coverage of the fast set, room by room, against tests/coverage_gate/least.toml."""
    _python(session, "-m", "pytest", "-q", "-n", "4", "-m", "not slow", "-p", "tests.coverage_gate.measure")
    _python(session, "-m", "tests.coverage_gate")


@nox.session
def search(session: nox.Session) -> None:
    """The random search, 5,000 cases on two cores. Arguments: `nox -s search -- --cases 500 --first 5000`."""
    _python(session, "-m", "tests.search", "--jobs", "2", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Mutants at random, each against the tests that run its lines; needs the extra `mutation` and half an hour."""
    _python(session, "-m", "tests.mutation", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Write what is derived from the code: schemas, docs/manifest.md, docs/plan.svg."""
    _python(session, "docs/build.py")
    _python(session, "docs/picture.py")
