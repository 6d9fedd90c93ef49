import pytest

from suggestions.domain.intervals import describe_share, wilson_interval


@pytest.mark.parametrize(
    ("hits", "size", "bounds"),
    [
        # By the formula with 1.96, computed by hand.
        pytest.param(81, 263, (0.2553, 0.3662), id="Newcombe 1998, table I"),
        pytest.param(0, 10, (0.0, 0.2775), id="none"),
        pytest.param(10, 10, (0.7225, 1.0), id="all"),
        pytest.param(0, 0, (0.0, 1.0), id="no rows"),
    ],
)
def test_wilson_interval__known_values__by_the_formula(
    hits: int, size: int, bounds: tuple[float, float]
) -> None:
    assert wilson_interval(hits, size) == pytest.approx(bounds, abs=0.0001)


def test_describe_share__names_numbers_and_bounds() -> None:
    assert describe_share(9, 10) == "9 of 10, 90 % (95 % sure: 60 to 98 %)"
    assert describe_share(0, 0) == "no rows"
