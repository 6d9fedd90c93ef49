import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestions.domain.percentage import FULL, InvalidPercentage, in_percent, parse_percentage


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        pytest.param("0", 0, id="rules only"),
        pytest.param("1", 10_000, id="the old word: model only, not one percent"),
        pytest.param("10%", 1_000, id="whole"),
        pytest.param("2.5%", 250, id="one decimal"),
        pytest.param("0.01%", 1, id="the smallest step"),
        pytest.param(" 100 % ", 10_000, id="spaces"),
        pytest.param("0%", 0, id="zero percent"),
    ],
)
def test_parse_percentage__known_forms__hundredths_of_a_percent(text: str, hundredths: int) -> None:
    assert parse_percentage(text) == hundredths


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "2",
        "0.5",
        "-1%",
        "101%",
        "100.01%",
        "1.005%",
        "ten",
        "1e1%",
        "nan%",
        "%",
        "１０%",
        "10%%",
        "10% x",
    ],
)
def test_parse_percentage__anything_else__is_an_error_that_says_what_to_write(text: str) -> None:
    with pytest.raises(InvalidPercentage, match="such as 10%"):
        parse_percentage(text)


@given(st.integers(0, FULL))
def test_in_percent__any_value__reads_back_as_itself(value: int) -> None:
    assert parse_percentage(in_percent(value)) == value


@given(st.text(max_size=12))
def test_parse_percentage__any_text__is_in_range_or_refused(text: str) -> None:
    try:
        value = parse_percentage(text)
    except InvalidPercentage:
        return
    assert 0 <= value <= FULL
