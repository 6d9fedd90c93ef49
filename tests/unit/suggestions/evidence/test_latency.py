import pytest

from suggestions.domain.evidence.latency import BUCKETS_MS, quantile, shown_quantiles


def counted(**by_end: int) -> list[int]:
    counts = [0] * (len(BUCKETS_MS) + 1)
    for end, number in by_end.items():
        counts[BUCKETS_MS.index(int(end[1:]))] = number
    return counts


def test_quantile__nothing_counted__is_none() -> None:
    assert quantile(counted(), 0.95) is None


def test_quantile__within_a_bucket__is_between_its_ends() -> None:
    assert quantile(counted(_20=100), 0.5) == pytest.approx(15.0)


def test_quantile__in_the_tail__is_found_beyond_the_many() -> None:
    counts = counted(_20=94, _300=6)

    assert quantile(counts, 0.5) == pytest.approx(10 + 10 * 50 / 94)
    assert quantile(counts, 0.95) == pytest.approx(200 + 100 / 6)


def test_quantile__beyond_the_last_bucket__is_its_end() -> None:
    assert quantile([0] * len(BUCKETS_MS) + [5], 0.5) == BUCKETS_MS[-1]


def test_shown_quantiles__counts__median_and_tails_by_name() -> None:
    counts = counted(_20=94, _300=6)

    assert shown_quantiles(counts) == {
        "p50": quantile(counts, 0.5),
        "p95": quantile(counts, 0.95),
        "p99": quantile(counts, 0.99),
    }
