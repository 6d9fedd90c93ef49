"""Steps and hours as people write them."""

import pytest

from suggestions.domain.ramp.policy_text import (
    InvalidList,
    format_hours,
    format_steps,
    parse_hours,
    parse_steps,
)


@pytest.mark.parametrize("text", ["0, 2.5, 10, 100", "0,2.5,10,100", " 0% , 2.50% ,10 %, 100"])
def test_steps__as_people_write_them__are_hundredths(text: str) -> None:
    assert parse_steps(text) == (0, 250, 1_000, 10_000)


@pytest.mark.parametrize(
    "text", ["", "0, 10,", "0; 10", "0, 2.555", "0, 100.01", "0, -1", "0, 1e1", "0, １0", "0, nan", "0," * 60]
)
def test_steps__anything_else__is_refused(text: str) -> None:
    with pytest.raises(InvalidList):
        parse_steps(text)


def test_hours__as_people_write_them__are_numbers() -> None:
    assert parse_hours("72, 168,0") == (72, 168, 0)


@pytest.mark.parametrize("text", ["", "72,", "72; 72", "1.5", "１2", "1e3", "99999999999999999999"])
def test_hours__anything_else__is_refused(text: str) -> None:
    with pytest.raises(InvalidList, match="list of hours"):
        parse_hours(text)


def test_format__read_back__is_the_same() -> None:
    steps, hours = (0, 250, 10_000), (72, 168, 0)

    assert format_steps(steps) == "0, 2.5, 100"
    assert (parse_steps(format_steps(steps)), parse_hours(format_hours(hours))) == (steps, hours)
