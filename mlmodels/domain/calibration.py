"""Turn a ranker's first place into a confidence that means a share of right answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST, MOST = 0.001, 0.999
_TILT = 1e-3  # so that no two scores share a confidence: a flat stretch would order candidates by chance


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising line from raw probabilities to confidences, straight between its points."""

    raw: tuple[float, ...]
    confidence: tuple[float, ...]

    def apply(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the confidences; finite, in LEAST…MOST, and rising with the raw probabilities."""
        straight = np.interp(raw, self.raw, self.confidence)
        return np.clip((1 - _TILT) * straight + _TILT * raw, LEAST, MOST)


IDENTITY = Curve((0.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidences for rows whose merchant is known and for the others, and what is certain enough."""

    seen: Curve
    unseen: Curve
    promise: float
    """The precision that answers above the thresholds shall have."""
    threshold: float
    """Confidence from which an answer is certain; above 1 where no confidence keeps the promise."""
    thresholds: Mapping[str, float]
    """The same for the categories that have enough rows of their own."""

    def confidences(
        self, raw: NDArray[np.float64], row: NDArray[np.intp], is_seen: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return (candidates,) confidences of (candidates,) raw probabilities that add up to 1 in each row.

        The first place of a row gets the calibrated confidence; the others share the rest as they did before.
        """
        rows = len(is_seen)
        best = np.zeros(rows)
        np.maximum.at(best, row, raw)
        is_best = raw >= best[row]
        ties = np.maximum(np.bincount(row[is_best], minlength=rows), 1)
        calibrated = np.where(is_seen, self.seen.apply(best), self.unseen.apply(best))
        calibrated = np.minimum(calibrated, 1 / ties)
        rest = (1 - ties * calibrated) / np.maximum(1 - ties * best, 1e-9)
        others = np.minimum(raw * rest[row], calibrated[row] * raw / np.maximum(best[row], 1e-9))
        return np.where(is_best, calibrated[row], others)

    def threshold_of(self, category: str) -> float:
        """Return the confidence from which an answer of this category is certain enough."""
        return self.thresholds.get(category, self.threshold)

    def to_document(self) -> dict[str, Any]:
        """Return what `from_document` needs to make the same again."""
        return {
            "seen": [list(self.seen.raw), list(self.seen.confidence)],
            "unseen": [list(self.unseen.raw), list(self.unseen.confidence)],
            "promise": self.promise,
            "threshold": self.threshold,
            "thresholds": dict(self.thresholds),
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Calibration":
        """Return the calibration of an artifact.

        Raises:
            ValueError: a curve does not rise, or a number is not finite.
        """
        return cls(
            _checked(document["seen"]),
            _checked(document["unseen"]),
            float(document["promise"]),
            float(document["threshold"]),
            {str(name): float(value) for name, value in document["thresholds"].items()},
        )


def _checked(points: list[list[float]]) -> Curve:
    raw, confidence = (np.asarray(values, np.float64) for values in points)
    if not (np.isfinite(raw).all() and np.isfinite(confidence).all()) or len(raw) != len(confidence):
        raise ValueError("a curve is not made of pairs of numbers")
    if len(raw) < 2 or (np.diff(raw) < 0).any() or (np.diff(confidence) < 0).any():
        raise ValueError("a curve does not rise")
    return Curve(tuple(raw.tolist()), tuple(confidence.tolist()))
