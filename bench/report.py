"""Write what was measured as Markdown."""

from collections.abc import Callable, Iterable, Sequence

from bench.measuring import ModeResult, Outcome

_QUALITY = (
    "accuracy",
    "macro-F1",
    "top-3",
    "new merchants",
    "ECE",
    "coverage at 95 %",
    "delivered",
    "setting",
)
_COST = ("fit, s", "fit, CPU s", "peak, MiB", "trees", "µs a row")


def quality_table(outcomes: Sequence[Outcome], mode: Callable[[Outcome], ModeResult]) -> str:
    """Return the table of one mode."""
    return to_table(("", *_QUALITY), ((one.title, *_quality(one, mode(one))) for one in outcomes))


def cost_table(outcomes: Sequence[Outcome]) -> str:
    """Return the table of what fitting and answering cost."""
    rows = (
        (
            one.title,
            f"{one.cost.wall_seconds:.1f}",
            f"{one.cost.cpu_seconds:.1f}",
            f"{one.cost.peak_bytes / 2**20:.0f}",
            f"{one.cost.trees:,}" if one.cost.trees else "–",
            f"{one.cost.microseconds_a_row:.0f}",
        )
        for one in outcomes
    )
    return to_table(("", *_COST), rows)


def to_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def share(value: float | None) -> str:
    """Return a share with three decimals; a dash for None."""
    return "–" if value is None else f"{value:.3f}"


def _quality(outcome: Outcome, result: ModeResult) -> list[str]:
    found = result.evaluation
    setting = "; ".join(part for part in (outcome.variant, result.scheme) if part)
    return [
        share(found.accuracy),
        share(found.f1_macro),
        share(found.top3),
        share(found.accuracy_unseen),
        share(found.ece),
        share(result.coverage),
        share(result.precision),
        setting or "–",
    ]
