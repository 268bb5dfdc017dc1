"""The manifest that `reconciler init` writes: small, commented, and valid as it stands."""

STARTER = """\
# yaml-language-server: $schema=manifest.schema.json
#
# The desired state of a Clockify workspace. Commands to start with:
# - reconciler plan: shows the changes and writes nothing
# - reconciler apply: shows the changes, asks for approval and writes them
# - reconciler schema > manifest.schema.json: writes the schema, for completion and documentation in editors
version: 1

# Name or id of the workspace; the option --workspace overrides it. Default: the only workspace of the account.
# workspace: Acme Studio

# A section lists all resources of one kind. Resources in the workspace that are not listed are deleted, or archived if they have
# tracked time. A kind without a section is left unchanged, so start with one section.
tags:
  - urgent
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

# policy:
#   prune: {clients: archive}     # action for unlisted resources: delete (default), archive or keep
#   protect: ["client:Acme Corp"] # never removed
"""


def starter() -> str:
    """The text of the starter manifest."""
    return STARTER
