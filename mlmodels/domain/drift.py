"""Tell a world that has moved away from a model from chance, however often one looks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log, log2, log10, sqrt
from statistics import NormalDist

from mlmodels.domain.figures import to_percent

ALPHA = 0.05
"""Probability of a false alarm: on outcomes in a model's whole life, on inputs in a month."""
DROPS = (0.03, 0.06, 0.1, 0.2, 0.4)
"""By how much accuracy may have fallen; the evidence is the mean over them."""
LOWEST_ACCURACY = 0.05
LARGE_PSI = 0.25
"""A population stability index that counts as large (Siddiqi 2006), however many rows show a smaller one."""
LOOKS_A_MONTH = 28
MIN_EXPECTED = 5
"""Rows that a bin must lead one to expect; smaller bins count together, or their noise is no chi-square."""
OTHER = "\x00other"


@dataclass(frozen=True, slots=True)
class DriftEvidence:
    """What the product knows about a model's days since its training."""

    outcomes: Iterable[bool]
    """Whether the model was right, for each label that came in since, in the order they came in."""
    mixes: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]]
    """By name, how rows spread over bins before the training, and lately."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One measure of drift; the world has moved where it reaches its limit."""

    kind: str
    value: float
    limit: float
    rows: int
    """On how many rows it rests."""
    detail: str
    """What was found, in words for people."""

    @property
    def is_drift(self) -> bool:
        """Tell whether the limit is reached."""
        return self.value >= self.limit


def read_outcomes(outcomes: Iterable[bool], *, accuracy: float, held_out: int, tolerance: float) -> Reading:
    """Weigh whether a model is right less often than on its hold-out, by outcomes in the order they came in.

    The value is the largest evidence so far, as a power of ten. It is a mixture of likelihood ratios over
    drops in accuracy and over the labels a drop may date from, hence an e-process: while accuracy is as
    promised it ever reaches 1/ALPHA with a probability of at most ALPHA, at any number of looks (Ville 1939;
    Robbins 1970; Shin, Ramdas and Rinaldo 2024, E-detectors). What was promised is the hold-out's accuracy
    less the tolerance and less what the hold-out's own size leaves open (one-sided, at ALPHA).
    """
    unsure = NormalDist().inv_cdf(1 - ALPHA) * sqrt(accuracy * (1 - accuracy) / max(held_out, 1))
    promised = min(accuracy - tolerance - unsure, 0.99)
    limit = log10(1 / ALPHA)
    if promised < LOWEST_ACCURACY:
        return Reading("outcomes", 0.0, limit, 0, "the hold-out promises too little to fall below")
    evidence, right, rows = 0.0, 0, 0
    process = _Evidence(promised)
    for rows, is_right in enumerate(outcomes, start=1):  # noqa: B007  # the last number is the count
        right += is_right
        evidence = max(evidence, process.after(is_right))
    detail = f"right in {to_percent(right / rows)} of {rows} labels" if rows else "no label yet"
    expected = f"at least {to_percent(promised)} was to be expected"
    return Reading("outcomes", evidence, limit, rows, f"{detail}; {expected}")


def read_mix(kind: str, reference: Mapping[str, int], recent: Mapping[str, int], *, measures: int) -> Reading:
    """Compare what comes in with what was there before, as a population stability index.

    The limit is the index that counts as large, or, with few rows, what chance alone reaches: without a shift
    the index times the harmonic size is chi-square with bins - 1 degrees of freedom (Yurdakul and Naranjo
    2020), and ALPHA is shared among a look a day for a month and so many measures (Bonferroni).
    """
    before, after = _merged(reference, recent)
    rows, bins = sum(after.values()), len(before)
    if not rows or not sum(before.values()) or bins < 2:
        return Reading(kind, 0.0, LARGE_PSI, rows, "too little to compare")
    psi, widest = _stability_index(before, after)
    noise = _chi_square_quantile(1 - ALPHA / (LOOKS_A_MONTH * measures), bins - 1)
    limit = max(LARGE_PSI, noise * (1 / sum(before.values()) + 1 / rows))
    name = "the small ones together" if widest == OTHER else widest
    share_before, share_after = before[widest] / sum(before.values()), after[widest] / rows
    change = f"{name}, {to_percent(share_before)} before, {to_percent(share_after)} now"
    detail = f"index {psi:.2f}; most changed: {change}"
    return Reading(kind, psi, limit, rows, detail)


class _Evidence:
    def __init__(self, promised: float) -> None:
        fallen = [max(promised - drop, promised / 10) for drop in DROPS]
        self._if_right = [other / promised for other in fallen]
        self._if_wrong = [(1 - other) / (1 - promised) for other in fallen]
        self._started = [0.0] * len(fallen)
        self._labels = 0

    def after(self, is_right: bool) -> float:
        self._labels += 1
        # Weights of the labels a drop may date from: they fall slowly and add up to 1.
        rest = 1 / log2(self._labels + 2)
        begins_here = 1 / log2(self._labels + 1) - rest
        ratios = self._if_right if is_right else self._if_wrong
        self._started = [
            (started + begins_here) * ratio for started, ratio in zip(self._started, ratios, strict=True)
        ]
        return log10(sum(self._started) / len(self._started) + rest)


def _merged(reference: Mapping[str, int], recent: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    size_before, size_after = sum(reference.values()), sum(recent.values())
    share = min(size_before, size_after) / max(size_before + size_after, 1)
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for name in sorted(reference.keys() | recent.keys()):
        pair = reference.get(name, 0), recent.get(name, 0)
        bin_name = name if sum(pair) * share >= MIN_EXPECTED else OTHER
        before[bin_name] = before.get(bin_name, 0) + pair[0]
        after[bin_name] = after.get(bin_name, 0) + pair[1]
    return before, after


def _stability_index(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[float, str]:
    # Half a row more in each bin: an empty one would be infinitely far.
    all_before, all_after = (sum(mix.values()) + len(mix) / 2 for mix in (before, after))
    terms = {}
    for name in before:
        was, now = (before[name] + 0.5) / all_before, (after[name] + 0.5) / all_after
        terms[name] = (now - was) * log(now / was)
    return sum(terms.values()), max(terms, key=lambda name: terms[name])


def _chi_square_quantile(probability: float, degrees: int) -> float:
    # Wilson and Hilferty 1931: the cube root is nearly normal.
    spread = 2 / (9 * degrees)
    return float(degrees * (1 - spread + NormalDist().inv_cdf(probability) * sqrt(spread)) ** 3)
