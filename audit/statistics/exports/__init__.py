"""Tables taken out: a workbook, and values separated by commas. Both say what every figure means and where it is from."""

from .sheet import Sheet, sheet_of
from .values import as_csv
from .workbook import as_workbook

__all__ = ["Sheet", "as_csv", "as_workbook", "sheet_of"]
