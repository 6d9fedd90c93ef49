"""Cells of a CSV that a spreadsheet will not run as formulas."""

import re
from typing import Final

# OWASP's list of what starts a formula.
_STARTS: Final = r"=+\-@\uff1d\uff0b\uff0d\uff20"
# Also behind white space, at the start of each line of a cell, and behind a semicolon or a tab: some programs
# split there, whatever the file's own separator is.
_FORMULA: Final = re.compile(rf"(^|[\r\n;\t])((?:[^\S\r\n\t]|[\ufeff\x00])*)(?=[{_STARTS}])")
_SUSPECT: Final = re.compile(rf"[{_STARTS}\t\r]")
"""Without any of these a cell is no formula: nearly all are spared the longer look."""


def safe_cell(text: str) -> str:
    """Return the text with an apostrophe before whatever a spreadsheet would take for a formula."""
    if not _SUSPECT.search(text):
        return text
    quoted = _FORMULA.sub(r"\1'\2", text)
    return f"'{quoted}" if quoted.startswith(("\t", "\r")) else quoted
