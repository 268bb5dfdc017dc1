"""The manifest that `reconciler init` writes: small, commented, and valid as it stands."""

STARTER = """\
# yaml-language-server: $schema=manifest.schema.json
# What this Clockify workspace should hold. `reconciler plan` shows what would change, and changes nothing.
# The schema for your editor:  reconciler schema > manifest.schema.json
version: 1

# Name or id of the workspace; --workspace overrides it. Without it, the only workspace of the account is meant.
# workspace: Acme Studio

# A section that is present is the whole truth for its kind: what the workspace has beyond it is removed, or archived where
# time was tracked on it. A section that is absent is left alone. So begin with one, for example tags.
tags:
  - urgent
#  - {name: legacy, archived: true}

# clients:
#   - name: Acme Corp
#     was: ACME                   # an earlier name: makes this a rename
#     note: Important client
#     projects:
#       - name: Website
#         billable: true
#         hourly_rate: "95.00"
#         tasks:
#           - Design
#           - {name: Build, estimate: PT40H}

# policy:
#   prune: {clients: archive}     # what happens to what is not listed: delete (the default) | archive | keep
#   protect: ["client:Acme Corp"]
"""


def starter() -> str:
    """The text of the starter manifest."""
    return STARTER
