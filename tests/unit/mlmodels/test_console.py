import io

from mlmodels.console import shown_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_shown_progress__no_terminal__a_line_for_each_stage() -> None:
    stream = io.StringIO()

    with shown_progress("training", stream) as progress:
        for stage, share in [("reading", 0.0), ("fitting", 0.5), ("fitting", 0.51), ("sealing", 0.95)]:
            progress(stage, share)

    assert stream.getvalue().splitlines() == [
        "training: reading, 0%",
        "training: fitting, 50%",
        "training: sealing, 95%",
    ]


def test_shown_progress__terminal__a_bar_that_ends_full() -> None:
    stream = Terminal()

    with shown_progress("training", stream) as progress:
        progress("fitting", 0.5)

    assert "100%" in stream.getvalue()
