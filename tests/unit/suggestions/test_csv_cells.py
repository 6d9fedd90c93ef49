import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestions.domain.csv.cells import safe_cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("x;=1+1", "x;'=1+1"),
        ("x; =1;@a", "x;' =1;'@a"),
        ("x\t=1+1", "x\t'=1+1"),
        ("x;\t-1", "x;\t'-1"),
        ("x;1=1", "x;1=1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("shop\n=1", "shop\n'=1"),
        ("＝1", "'＝1"),
        ("TIM HORTONS #1234", "TIM HORTONS #1234"),
        ("A-B", "A-B"),
        ("", ""),
    ],
)
def test_safe_cell__what_a_spreadsheet_would_run__is_quoted(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


@given(st.text())
def test_safe_cell__any_text__no_part_starts_with_a_formula(text: str) -> None:
    for part in re.split(r"[\r\n;\t]", safe_cell(text)):
        assert not part.lstrip("\u00a0\ufeff \x00").startswith(("=", "+", "-", "@"))
