"""The layout of the package: rooms in their order, the rooms inside them, doors to outside libraries, and size limits."""

from __future__ import annotations

ROOMS: dict[str, tuple[str, ...]] = {
    "version": (),
    "lazy_exports": (),
    "collector": (),
    "errors": (),
    "names": (),
    "characters": (),
    "value_types": (),
    "model": (),
    "text": (),
    "json_text": (),
    "kinds": (),
    "checks": (),
    "policy": (),
    "state": (),
    "differences": (),
    "manifest": (
        "yaml",
        "schema",
        "table",
        "expand",
        "validation",
        "compose",
        "lint",
        "export",
        "import_csv",
        "edit",
        "pull",
        "fmt",
    ),
    "planning": ("guards", "renames", "targets"),
    "gateway": (),
    "live": (),
    "applying": ("journal", "writes", "executor", "undo"),
    "stores": (),
    "timekeeping": (),
    "render": (),
    "forge": (),
    "sandbox": (),
    "cli": ("commands", "actions", "terminal", "adopt", "doctor", "completion", "forge"),
}
"""Every room with the packages inside it, from the ground up: a room may import those before it, and itself."""

ISOLATED = {"sandbox": ("errors", "lazy_exports", "model")}
"""Rooms that may know less than their place allows. The sandbox is an independent reading of the API: code shared with the
client would let one misreading be made on both sides, where no test can see it."""

DOORS = {
    "yaml": ("manifest.yaml.nodes",),
    "jsonschema": ("manifest.validation.validate",),
    "jsonschema_rs": ("manifest.validation.validate", "checks.patterns"),
    "deepdiff": ("planning.structured",),
    "rapidfuzz": ("planning.renames.similarity",),
    "httpx": ("gateway.http_library",),
    "portalocker": ("applying.lock",),
    "sqlalchemy": ("stores.sql",),
    "python_calamine": ("manifest.table.xlsx",),
    "dateparser": ("timekeeping.times",),
    "wcwidth": ("render.width",),
    "jinja2": ("render.html",),
    "markupsafe": ("render.html",),
    "starlette": ("sandbox.app",),
    "sqlite3": ("sandbox.store", "sandbox.workspace_names"),
    "uvicorn": ("sandbox.serve",),
    "click": ("cli",),
    "rich": ("cli",),
    "shlex": ("text",),
    "gc": ("collector",),
}
"""Every outside library (and the one database, and the one way to quote for a shell), with the modules or the package that may import it."""

EDGE_CALLS = ("print", "input", "exit", "quit", "breakpoint")
EDGE_NAMES = ("os.environ", "os.getenv", "sys.exit", "sys.argv", "sys.stdin", "sys.stdout", "sys.stderr")
"""What only the command line does: print, prompt, read the environment, exit."""

ENTRY_POINTS = ("", "__main__")
"""The public interface and `python -m`: they may import every room."""

MODULE_LINES = 260
FUNCTION_LINES = 45
RECORDED_SIZES: dict[str, int] = {}
"""What exceeds a limit, with its size on record. It may shrink, not grow; a line that is no longer needed is deleted."""
