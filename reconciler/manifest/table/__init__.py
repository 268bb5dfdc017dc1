"""Tables: CSV files and workbooks as rows with positions, with every problem at its row and column."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.manifest.table.read import (
        MOST_BYTES as MOST_BYTES,
        parse_table as parse_table,
        read_table as read_table,
    )
    from reconciler.manifest.table.table import (
        Row as Row,
        Table as Table,
    )

export_on_use(
    __name__,
    {
        "read": "MOST_BYTES parse_table read_table",
        "table": "Row Table",
    },
)
