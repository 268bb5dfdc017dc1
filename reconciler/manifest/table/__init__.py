"""Tables: CSV files and workbooks as rows with positions, with every problem at its row and column."""

from reconciler.manifest.table.read import MOST_BYTES, parse_table, read_table
from reconciler.manifest.table.table import Row, Table

__all__ = ["MOST_BYTES", "Row", "Table", "parse_table", "read_table"]
