"""The manifest that `reconciler init` writes: small, commented, and valid as it stands."""

from reconciler.manifest.yaml.write import write_scalar

STARTER = """\
# yaml-language-server: $schema=manifest.schema.json
#
# The desired state of a Clockify workspace. Commands to start with:
# - reconciler plan: shows the changes and writes nothing
# - reconciler apply: shows the changes, asks for approval and writes them
version: 1

# Name or id of the workspace; the option --workspace overrides it. Default: the only workspace of the account.
# workspace: Acme Studio

# A section lists the resources of one kind: clients, projects (also inside their client) or tags. A kind without a section is
# left unchanged. `prune` says what happens to resources of the workspace that a section does not list: keep, archive or
# delete (the default; what has tracked time is archived). With keep, nothing is removed.
policy:
  prune: {clients: keep, projects: keep, tasks: keep, tags: keep}
#  protect: ["client:Acme Corp"]  # never removed

tags: []
#  - urgent
#  - {name: legacy, archived: true}

# clients:
#   - name: Acme Corp
#     was: ACME                   # earlier name: renames the client ACME
#     note: Important client      # a field that is omitted keeps its value
#     projects:
#       - name: Website
#         billable: true
#         hourly_rate: "95.00"
#         tasks:
#           - Design              # short for {name: Design}
#           - {name: Build, estimate: PT40H}
"""


def starter(workspace: str = "") -> str:
    """The text of the starter manifest; with a `workspace` it names that one."""
    if not workspace:
        return STARTER
    return STARTER.replace("# workspace: Acme Studio", f"workspace: {write_scalar(workspace)}")
