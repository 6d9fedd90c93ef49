from argparse import ArgumentTypeError

import pytest

from mlmodels.management.numbers import positive


def test_positive__whole_number__is_returned() -> None:
    assert positive("12") == 12


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "many", "²"])
def test_positive__anything_else__is_refused_with_what_it_must_be(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="at least 1"):
        positive(text)
