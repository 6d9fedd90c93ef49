"""Say what each feature adds to each candidate of one transaction."""

import threading
from dataclasses import dataclass

from mlmodels.domain.candidates import FEATURE_NAMES
from mlmodels.domain.history import History
from mlmodels.domain.ranking import RankedCandidate, Ranking, rank_rows
from mlmodels.domain.types import Example
from mlmodels.learning.estimator import Estimator

# LightGBM's contributions are not safe to compute in several threads at once.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Contribution:
    """One candidate with what speaks for and against it."""

    ranked: RankedCandidate
    """As it would be suggested, a correction of the user's first."""
    text: float
    """The logarithm of the probability that the text gives: where the score starts."""
    features: list[tuple[str, float, float]]
    """Name, value and what it adds to the score, the largest first; nothing is added by the others."""


def explain(
    estimator: Estimator, example: Example, history: History, categories: frozenset[str] | None
) -> list[Contribution]:
    """Return the candidates of one example, best first, each with its features' contributions."""
    ranking = estimator.rank([example], history, categories)
    with _one_at_a_time:
        contributions = estimator.ranker.contributions(ranking.candidates)[:, :-1].tolist()
    places = {ranking.names[code]: one for one, code in enumerate(ranking.candidates.category.tolist())}
    (answer,) = rank_rows(ranking, history, top_k=len(places))
    return [
        _contribution(ranking, ranked, places[ranked.category], contributions[places[ranked.category]])
        for ranked in answer
    ]


def _contribution(ranking: Ranking, ranked: RankedCandidate, one: int, added: list[float]) -> Contribution:
    candidates = ranking.candidates
    values = candidates.features[one].tolist()
    features = [
        (name, value, gain) for name, value, gain in zip(FEATURE_NAMES, values, added, strict=True) if gain
    ]
    return Contribution(
        ranked,
        float(candidates.column("log_probability")[one]),
        sorted(features, key=lambda feature: -abs(feature[2])),
    )
