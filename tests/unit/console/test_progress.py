import io

import pytest
from django.core.management.base import OutputWrapper

from console.progress import shown_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_shown_progress__no_terminal__a_line_for_each_stage() -> None:
    stream = io.StringIO()

    with shown_progress("training", 1.0, OutputWrapper(stream)) as report:
        for stage, share in [("reading", 0.0), ("fitting", 0.5), ("fitting", 0.51), ("sealing", 0.95)]:
            report(share, stage=stage)

    assert stream.getvalue().splitlines() == [
        "training: reading 0%",
        "training: fitting 50%",
        "training: sealing 95%",
    ]


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["lines", "bar"])
def test_shown_progress__line__stands_there_once_and_as_it_is(stream: io.StringIO) -> None:
    with shown_progress("training", 1.0, OutputWrapper(stream)) as report:
        report(0.5, stage="fitting", line="10:00 Fitting [bold]v3.")
        report(0.6, stage="fitting")

    assert stream.getvalue().count("10:00 Fitting [bold]v3.\n") == 1


def test_shown_progress__terminal__a_bar_with_stage_and_note() -> None:
    stream = Terminal()

    with shown_progress("Importing", 200, OutputWrapper(stream)) as report:
        report(100, "5,000 rows", stage="reading")

    assert "Importing: reading" in stream.getvalue()
    assert "50%" in stream.getvalue()
    assert "5,000 rows" in stream.getvalue()
