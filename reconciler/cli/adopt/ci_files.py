"""The CI files that `init --ci` writes: plan on a request, apply after it, for GitHub and GitLab."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution

from reconciler.json_text import parse_json

DISTRIBUTION = "clockify-reconciler"
UNKNOWN = f"{DISTRIBUTION} @ git+https://github.com/OWNER/{DISTRIBUTION}@COMMIT"
"""The requirement with the parts that a person fills in."""
CI_PATHS = {"github": ".github/workflows/reconciler.yml", "gitlab": ".gitlab-ci.yml"}
"""The path of each service's file, from the root of the repository."""

_REPOSITORY = re.compile(r"https://[A-Za-z0-9.-]{1,200}/[A-Za-z0-9._/-]{1,200}", re.ASCII)
_GLOB = re.compile(r"[\\*?+\[\]!]")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)

_GITHUB = """\
# Written by `reconciler init --ci github`. Needs the repository secret @KEY@.
#
# - On a pull request: validates the manifests and shows the plan with its digest.
# - On a push to the default branch: applies a plan that neither archives nor deletes.
# - By hand (Actions > Run workflow): applies exactly the plan with the digest that is entered.
name: Clockify
on:
  pull_request: {paths: [@PATHS@, .github/workflows/reconciler.yml]}
  push: {branches: [main, master]}
  workflow_dispatch:
    inputs:
      digest: {description: "Digest of the plan to apply, as the plan shows it", required: true, type: string}
permissions: {contents: read}
concurrency: {group: clockify, cancel-in-progress: false}  # a second run waits; a cancelled one would end in part
env:
  @KEY@: ${{ secrets.@KEY@ }}
@VARIABLES@jobs:
  clockify:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install "$PACKAGE"
      - uses: actions/cache@v4  # journals of earlier runs: completes interrupted runs, and undoes
        with: {path: .reconciler/runs, key: "reconciler-${{ github.run_id }}", restore-keys: reconciler-}
      - run: reconciler validate "$MANIFESTS" --format github
      - run: reconciler plan "$MANIFESTS" --report markdown=+"$GITHUB_STEP_SUMMARY"
      - if: github.event_name == 'push'
        run: reconciler apply "$MANIFESTS" --approve non-destructive
      - if: github.event_name == 'workflow_dispatch'
        run: reconciler apply "$MANIFESTS" --approve "$DIGEST"
        env: {DIGEST: "${{ inputs.digest }}"}
"""

_GITLAB = """\
# Written by `reconciler init --ci gitlab`. Needs the masked CI/CD variable @KEY@.
#
# - On a merge request: validates the manifests and shows the plan with its digest.
# - On the default branch: applies a plan that neither archives nor deletes.
# - A pipeline on the default branch with the variable DIGEST applies exactly the plan with that digest.
@VARIABLES@.clockify:
  image: python:3.12-slim
  resource_group: clockify  # one run at a time
  cache: {key: reconciler, paths: [.reconciler/runs]}  # journals of earlier runs: completes interrupted runs, and undoes
  before_script:
    - pip install --quiet "$PACKAGE"

clockify plan:
  extends: .clockify
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - reconciler validate "$MANIFESTS"
    - reconciler plan "$MANIFESTS"

clockify apply:
  extends: .clockify
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - reconciler validate "$MANIFESTS"
    - reconciler plan "$MANIFESTS"
    - reconciler apply "$MANIFESTS" --approve "${DIGEST:-non-destructive}"
"""


def ci_file(service: str, path: str, key: str, variables: dict[str, str]) -> str:
    """The text of the CI file of a service (`github` or `gitlab`).

    `path`: the manifest or its folder, from the root of the repository. `key`: the name of the secret that holds the API key.
    `variables`: names and values of further environment variables, none of them secret.
    """
    is_github = service == "github"
    literal = _github_value if is_github else _gitlab_value
    lines = "".join(
        f"  {name}: {literal(value)}\n"
        for name, value in {"MANIFESTS": path, "PACKAGE": requirement(), **variables}.items()
    )
    pattern = _GLOB.sub(r"\\\g<0>", path).replace("$", "?")  # `${{` would begin an expression
    parts = {
        "KEY": key,
        "PATHS": _quoted(pattern if path.endswith((".yaml", ".yml")) else f"{pattern.rstrip('/')}/**"),
        "VARIABLES": lines if is_github else f"variables:\n{lines}\n",
    }
    return re.sub(r"@([A-Z]+)@", lambda found: parts[found[1]], _GITHUB if is_github else _GITLAB)


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
