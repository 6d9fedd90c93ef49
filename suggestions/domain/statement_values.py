"""Read dates and amounts as banks write them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from suggestions.domain.transaction_row import RowError, parse_amount

DATE_FORMATS: Final = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d", "%d-%m-%Y", "%m-%d-%Y", "%d %b %Y",
    "%b %d, %Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y",
)  # fmt: skip

_TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DOT_DECIMAL = re.compile(r"\d+(\.\d+)?|\d{1,3}(,\d{3})+(\.\d+)?")
_COMMA_DECIMAL = re.compile(r"\d+(,\d+)?|\d{1,3}(\.\d{3})+(,\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
# A currency's mark or code, but not the words for what is no number.
_CURRENCY_MARKS = re.compile(r"[$€£¥]|(?<![A-Z])(?!NAN|INF)[A-Z]{3}(?![A-Z])")
_DECIMALS = re.compile(r"([.,])\d{1,2}[-)]?$")


def guess_date_format(samples: Sequence[str]) -> str:
    """Return the one format that reads most of the samples.

    Raises:
        ValueError: none reads them, or two do and mean different days.
    """
    texts = Counter(text for text in samples if text.strip())
    counts = {
        form: sum(number for text, number in texts.items() if _parse_day(text, form) is not None)
        for form in DATE_FORMATS
    }
    most = max(counts.values())
    best = [form for form in DATE_FORMATS if counts[form] == most]
    if not texts or most == 0:
        raise ValueError(
            "The dates are in no format that can be guessed: say --date-format, such as %d.%m.%Y."
        )
    if len({tuple(_parse_day(text, form) for text in texts) for form in best}) > 1:
        raise ValueError(f"The dates could be {' or '.join(best)}: say which with --date-format.")
    return best[0]


def has_decimal_comma(samples: Iterable[str]) -> bool:
    """Tell whether amounts use a comma for decimals: some must, and none may use a point."""
    marks = {found[1] for sample in samples if (found := _DECIMALS.search(_strip_marks(sample)))}
    return marks == {","}


@lru_cache(maxsize=4096)
def read_date(text: str, form: str) -> date:
    """Read a day.

    Raises:
        RowError: the text is no day in this format.
    """
    day = _parse_day(text, form)
    if day is None:
        example = date(2026, 1, 31).strftime(form)
        raise RowError("date", "invalid", f"is no day of the form {form}, such as {example}")
    return day


def read_amount(text: str, *, decimal_comma: bool) -> Decimal:
    """Read an amount: thousands grouped or not, a currency mark, a minus before or behind, or parentheses.

    Raises:
        RowError: the text is no amount, or one with more than two decimals.
    """
    if not decimal_comma and _PLAIN.fullmatch(text):
        return parse_amount(text)
    digits = _strip_marks(text)
    negative = digits.startswith(("-", "(")) or digits.endswith("-")
    if digits.startswith("(") != digits.endswith(")"):
        raise RowError("amount", "invalid", "has one parenthesis of two")
    digits = digits.strip("()")
    digits = digits[1:] if digits[:1] in ("-", "+") else digits.removesuffix("-")
    if not digits:
        raise RowError("amount", "required", "the amount is missing")
    shape, grouping, point = (_COMMA_DECIMAL, ".", ",") if decimal_comma else (_DOT_DECIMAL, ",", ".")
    if not shape.fullmatch(digits):
        other = "without" if decimal_comma else "with"
        raise RowError(
            "amount", "invalid", f"must be a number such as -12{point}50 (or import {other} --decimal-comma)"
        )
    amount = parse_amount(digits.replace(grouping, "").replace(point, "."))
    return -amount if negative else amount


def _strip_marks(text: str) -> str:
    return _SPACES.sub("", _CURRENCY_MARKS.sub("", text.upper())).replace("−", "-")


def _parse_day(text: str, form: str) -> date | None:
    day = _TIME_OF_DAY.sub("", text.strip())
    try:
        return date.fromisoformat(day) if form == "%Y-%m-%d" and len(day) == 10 else _strptime(day, form)
    except ValueError:
        return None


def _strptime(day: str, form: str) -> date:
    return datetime.strptime(day, form).date()  # noqa: DTZ007 - a day has no time zone
