"""Reads what operators drop — CSV, XLSX, XLS, ODS, zip — into rows of text with their line numbers, then into types."""

from territoires.anomalies import UnreadableFile
from territoires.reading.conversion import FORMULA, UNREADABLE, convert, has_formula_companion
from territoires.reading.errors import CODES, broken_row_anomaly
from territoires.reading.model import BrokenRow, Limits, Reading, Source
from territoires.reading.reader import read

__all__ = [
    "CODES",
    "FORMULA",
    "UNREADABLE",
    "BrokenRow",
    "Limits",
    "Reading",
    "Source",
    "UnreadableFile",
    "broken_row_anomaly",
    "convert",
    "has_formula_companion",
    "read",
]
