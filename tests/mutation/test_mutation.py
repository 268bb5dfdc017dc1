"""The mutation run itself: operators do what their examples say, and the list of equivalent mutants is up to date."""

from __future__ import annotations

import pytest

pytest.importorskip("cosmic_ray", reason="the extra `mutation` is not installed")

from tests.mutation.choice import Coverage, mirrored
from tests.mutation.equivalents import equivalent_to, load_equivalents
from tests.mutation.mutants import Mutant, change_of, mutants_of
from tests.mutation.operators import OPERATORS
from tests.mutation.rooms import ROOT, STRICT_ROOMS, modules_by_room
