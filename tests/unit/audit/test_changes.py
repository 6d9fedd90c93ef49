from typing import Any

import pytest

from audit.domain.changes import describe_change


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param({"percentage": 0.0}, {"percentage": 2.5}, "percentage: 0.0 → 2.5", id="changed"),
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 3}, "b: 2 → 3", id="what stayed is left out"),
        pytest.param({}, {"name": "Coffee"}, "name: – → Coffee", id="added"),
        pytest.param({"name": "Coffee"}, {}, "name: Coffee → –", id="removed"),
        pytest.param({"client_id": 1}, {"client_id": None}, "client_id: 1 → –", id="emptied"),
        pytest.param({"a": 1}, {"a": 1}, "", id="nothing"),
        pytest.param(
            {}, {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, "a: – → 1, b: – → 2, c: – → 3, and 2 more"
        ),
        pytest.param({}, {"a": "x" * 99}, f"a: – → {'x' * 39}…", id="long"),
    ],
)
def test_describe_change__from_and_to__in_one_line(before: Any, after: Any, said: str) -> None:
    assert describe_change(before, after) == said
