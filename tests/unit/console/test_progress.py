import io

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


def test_shown_progress__terminal__a_bar_with_stage_and_note() -> None:
    stream = Terminal()

    with shown_progress("Importing", 200, OutputWrapper(stream)) as report:
        report(100, "5,000 rows", stage="reading")

    assert "Importing: reading" in stream.getvalue()
    assert "50%" in stream.getvalue()
    assert "5,000 rows" in stream.getvalue()
