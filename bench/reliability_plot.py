"""Draw how far confidence can be believed."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from bench.measuring import Outcome


def draw_reliability(outcomes: Sequence[Outcome], path: Path) -> None:
    """Draw accuracy over confidence, a line for each contender: frozen left, online right."""
    figure = Figure(figsize=(12, 5.5), layout="constrained")
    for axes, mode in zip(figure.subplots(1, 2), ("frozen", "online"), strict=True):
        axes.plot([0, 1], [0, 1], color="0.7", linewidth=1, label="confidence = accuracy")
        for outcome in outcomes:
            found = getattr(outcome, mode).evaluation
            axes.plot(
                [one.confidence for one in found.reliability],
                [one.accuracy for one in found.reliability],
                marker="o",
                markersize=3,
                linewidth=1.2,
                label=f"{outcome.title} (ECE {found.ece:.3f})",
            )
        axes.set(title=mode, xlabel="confidence", ylabel="accuracy", xlim=(0, 1), ylim=(0, 1))
        axes.legend(fontsize=8)
    figure.savefig(path, dpi=120)
