import pytest

from suggestions.domain.ids import MAX_ID, parse_id


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1, 1, id="the smallest"),
        pytest.param("17", 17, id="digits"),
        pytest.param(str(MAX_ID), MAX_ID, id="the largest"),
        pytest.param(str(MAX_ID + 1), None, id="as many digits, but too large"),
        pytest.param(0, None, id="zero"),
        pytest.param(-1, None, id="negative"),
        pytest.param(True, None, id="a truth value"),
        pytest.param(1.0, None, id="a float"),
        pytest.param("１", None, id="a full-width digit"),
        pytest.param("", None, id="nothing typed"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_parse_id__value__an_id_or_none(value: object, expected: int | None) -> None:
    assert parse_id(value) == expected
