"""Write figures for people."""

NOTHING = "–"
"""What stands for a figure that nobody has measured."""


def to_percent(share: float | None, decimals: int = 1) -> str:
    """Write a share as `12.5 %`; a dash for None."""
    return f"{100 * share:.{decimals}f} %" if share is not None else NOTHING


def to_decimal(value: float | None) -> str:
    """Write a score; a dash for None."""
    return f"{value:.3f}" if value is not None else NOTHING


def to_count(value: int | None) -> str:
    """Write a number of rows; a dash for None."""
    return f"{value:,}" if value is not None else NOTHING


def to_short(value: float | None) -> str:
    """Write a value without needless digits; a dash for None."""
    return f"{value:.4g}" if value is not None else NOTHING


def to_points(difference: float | None) -> str:
    """Write a difference of two shares, in points and with its sign; a dash for None."""
    return f"{_signed(100 * difference, 1)} points" if difference is not None else NOTHING


def to_change(difference: float | None) -> str:
    """Write a difference of two scores with its sign; a dash for None."""
    return _signed(difference, 3) if difference is not None else NOTHING


def difference(value: float | None, before: float | None) -> float | None:
    """Return by how much a value has grown; None where one of the two was not measured."""
    return None if value is None or before is None else value - before


def to_size(size_bytes: int) -> str:
    """Write a number of bytes in the unit that fits."""
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1000:.1f} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def _signed(value: float, places: int) -> str:
    text = f"{abs(value):.{places}f}"
    if not float(text):
        return f"±{text}"
    return f"+{text}" if value > 0 else f"−{text}"
