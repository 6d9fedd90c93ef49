"""Cells of a CSV that a spreadsheet will not run as formulas."""

import re

# OWASP's list of what starts a formula, also behind white space and at the start of each line of a cell.
_FORMULA = re.compile(r"(^|[\r\n])((?:[^\S\r\n]|[\ufeff\x00])*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def safe_cell(text: str) -> str:
    """Return the text with an apostrophe before whatever a spreadsheet would take for a formula."""
    quoted = _FORMULA.sub(r"\1'\2", text)
    return f"'{quoted}" if quoted.startswith(("\t", "\r")) else quoted
