"""The door to httpx, imported without its command line.

httpx imports its command line if click, rich and pygments are installed, and does without it if that import fails. For us the
first two are there, and the command line would take three times as long to import as the rest. So Python is told that there is no such module
(a None in `sys.modules`, as the import system documents) until httpx is imported.
"""

from __future__ import annotations

import sys
from typing import cast

_COMMAND_LINE = "httpx._main"

_modules = cast("dict[str, object]", sys.modules)
_is_first = _modules.setdefault(_COMMAND_LINE, None) is None
try:
    import httpx as httpx  # noqa: PLC0414 - exported
finally:
    if _is_first:
        del _modules[_COMMAND_LINE]
