from argparse import ArgumentTypeError

import pytest

from console.numbers import positive, up_to


def test_positive__whole_number__is_returned() -> None:
    assert positive("12") == 12


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "", "many", "²", "2147483648", "9" * 5_000])
def test_positive__anything_else__is_refused_with_what_it_must_be(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="at least 1"):
        positive(text)


def test_up_to__one_more_than_that__is_refused_with_how_many_may_be() -> None:
    read = up_to(1_000)

    assert read("1000") == 1_000
    with pytest.raises(ArgumentTypeError, match="'1001' is no whole number of at least 1 and at most 1,000"):
        read("1001")
