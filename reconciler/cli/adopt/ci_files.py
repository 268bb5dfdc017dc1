"""The CI files that `init --ci` writes: plan on a request, apply after it, for GitHub and GitLab."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from reconciler.json_text import parse_json

DISTRIBUTION = "clockify-reconciler"
UNKNOWN = f"{DISTRIBUTION} @ git+https://github.com/OWNER/{DISTRIBUTION}@COMMIT"
"""The requirement with the parts that a person fills in."""
OWN_STORE = "git"
"""The run store in the repository of the jobs."""
CI_PATHS = {"github": ".github/workflows/reconciler.yml", "gitlab": ".gitlab-ci.yml"}
"""The path of each service's file, from the root of the repository."""

_REPOSITORY = re.compile(r"https://[A-Za-z0-9.-]{1,200}/[A-Za-z0-9._/-]{1,200}", re.ASCII)
_GLOB = re.compile(r"[\\*?+\[\]!]")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)

_ON_GITHUB = re.compile(r"https://github\.com/([A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})", re.ASCII)
_UNKNOWN_ACTION = f"OWNER/{DISTRIBUTION}@COMMIT"
_TEMPLATES = Path(__file__).parent / "templates"
_GITLAB_HEAD = """\
# Written by `reconciler init --ci gitlab`. Needs the masked CI/CD variables @KEY@ and GITLAB_TOKEN; docs/ci.md explains each line.
#
# - On a merge request: plans, and comments counts and digest. What else is shown, and where: variable PUBLISH.
# - On the default branch: applies the plan that a comment `/reconciler approve DIGEST` on its merge request approves.
# - A pipeline on the default branch with the variable APPROVE applies exactly the plan with that digest.
# - In a scheduled pipeline: compares the workspace with the manifests, and fails if they differ.
variables:
@VARIABLES@
"""


def ci_file(service: str, path: str, key: str, variables: dict[str, str]) -> str:
    """The text of the CI file of a service (`github` or `gitlab`).

    `path`: the manifest or its folder, from the root of the repository. `key`: the name of the secret that holds the API key.
    `variables`: names and values of further environment variables, none of them secret. With a run store no journal is kept in a cache;
    with that of the repository itself (`git`) the jobs on GitHub may push to it.
    """
    is_github, store = service == "github", variables.get("RECONCILER_STORE", "")
    literal = _github_value if is_github else _gitlab_value
    package = {} if is_github else {"PACKAGE": requirement()}
    lines = "".join(
        f"  {name}: {literal(value)}\n" for name, value in {"MANIFESTS": path, **package, **variables}.items()
    )
    pattern = _GLOB.sub(r"\\\g<0>", path).replace("${{", "*{{")  # as it is it would begin an expression
    parts = {
        "KEY": key,
        "PATHS": _quoted(pattern if path.endswith((".yaml", ".yml")) else f"{pattern.rstrip('/')}/**"),
        "VARIABLES": lines,
        "ACTION": _action(),
        "PERSIST": "true" if store == OWN_STORE else "false",
        "CONTENTS": "write" if store == OWN_STORE else "read",
        "CACHE": "",
    }
    text = template(service) if is_github else _GITLAB_HEAD + template(service)
    if store:
        text = re.sub(r".*@CACHE@\n", "", text)
    return re.sub(r"@([A-Z]+)@", lambda found: parts[found[1]], text)


def template(service: str) -> str:
    """The jobs of a service: for GitHub with parts in @CAPITALS@ to fill in, for GitLab as they are included."""
    return (_TEMPLATES / f"{service}.yml").read_text(encoding="utf-8")


def is_complete(service: str) -> bool:
    """Whether the file of a service names where this program is from, with nothing left to fill in."""
    return _action() != _UNKNOWN_ACTION if service == "github" else requirement() != UNKNOWN


def _action() -> str:
    """`OWNER/REPOSITORY@COMMIT` of the action, where this program was installed from GitHub."""
    url, _, commit = requirement().partition("git+")[2].rpartition("@")
    found = _ON_GITHUB.fullmatch(url.removesuffix(".git"))
    return f"{found[1]}@{commit}" if found and _COMMIT.fullmatch(commit) else _UNKNOWN_ACTION


def _github_value(text: str) -> str:
    """A text as a value in which GitHub evaluates no expression."""
    return _quoted(text.replace("${{", "${{ '${{' }}"))


def _gitlab_value(text: str) -> str:
    """A text as a value in which GitLab expands no variable."""
    return _quoted(text.replace("$", "$$"))


def _quoted(text: str) -> str:
    """A text in double quotes, which YAML reads as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def requirement() -> str:
    """What `pip install` takes for the installed version: the repository and commit it came from, else UNKNOWN.

    Never a name alone: the package that an index has under a name may be somebody else's.
    """
    try:
        origin = parse_json((distribution(DISTRIBUTION).read_text("direct_url.json") or "{}").encode())
        url, commit = origin["url"], origin["vcs_info"]["commit_id"]
    except (PackageNotFoundError, ValueError, KeyError, TypeError):
        return UNKNOWN
    # An address with a name or a token in it, or of another form, is not written to a file that is shared.
    if not _REPOSITORY.fullmatch(str(url)) or not _COMMIT.fullmatch(str(commit)):
        return UNKNOWN
    return f"{DISTRIBUTION} @ git+{url}@{commit}"
