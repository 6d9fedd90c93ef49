"""Let time pass: answer each day's rows, with the labels that are known by then."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import groupby

from bench.contender import Answers, Contender, Row, blank

LAG = timedelta(days=1)
"""When a label becomes known, counted from its transaction's day."""


def replay(
    contender: Contender, rows: Sequence[Row], on_day: Callable[[float], None] | None = None
) -> Answers:
    """Answer rows that ascend by date day by day; each label is learned a day later, by everybody.

    Args:
        contender: fitted on older rows.
        rows: what is asked, and learned from afterwards.
        on_day: called after each day with the share done.
    """
    answers: Answers = []
    learned = 0
    for day, group in groupby(rows, key=lambda row: row.example.date):
        known = learned
        while known < len(rows) and rows[known].example.date <= day - LAG:
            known += 1
        if known > learned:
            contender.learn(rows[learned:known])
            learned = known
        answers += contender.answer(blank(list(group)))
        if on_day:
            on_day(len(answers) / len(rows))
    return answers
