"""The registry of kinds, parents before children: the one line that a new kind adds outside its own file."""

from reconciler.kinds.client import CLIENT
from reconciler.kinds.project import PROJECT
from reconciler.kinds.tag import TAG
from reconciler.kinds.task import TASK
from reconciler.model import Kind

KINDS: tuple[Kind, ...] = (CLIENT, PROJECT, TASK, TAG)

BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
BY_PLURAL: dict[str, Kind] = {kind.plural: kind for kind in KINDS}
