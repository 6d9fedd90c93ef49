"""Two versions side by side: what is stored of both, and what they answer to the same rows."""

import json
import re
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mlmodels.admin.versions.trend import view_trend
from mlmodels.models import ModelVersion
from suggestions.models import Client, Transaction
from suggestions.roles import Role
from tests.builders import make_client, make_transaction
from tests.champions import MERCHANTS, register_version, wrong_model
from tests.integration.admin.console import Console
from tests.registry_rows import METRICS, make_version

pytestmark = pytest.mark.django_db

COMPARE = "/admin/mlmodels/modelversion/compare/"


@pytest.fixture
def labelled(db: None) -> Client:
    client = make_client()
    for category, merchants in MERCHANTS.items():
        for number, merchant in enumerate(merchants):
            make_transaction(
                client, description=f"{merchant} SECRET", category=category, date=date(2026, 3, 1 + number)
            )
    return client


def page_of(console: Console, first: ModelVersion, second: ModelVersion, more: str = "") -> str:
    answer = console.browser.get(f"{COMPARE}?a={first.pk}&b={second.pk}{more}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def models(*arguments: str) -> str:
    output = StringIO()
    call_command("models", *arguments, stdout=output)
    return output.getvalue()


def test_figures__of_both__stand_side_by_side_with_the_largest_loss_first(analyst: Console) -> None:
    first = make_version()
    better = METRICS | {"val_accuracy": 0.93, "val_f1_per_class": {"Fuel": 0.5, "Groceries": 0.9}}
    second = make_version(metrics=better)

    page = page_of(analyst, first, second)

    assert "91.0 %" in page
    assert "+2.0 points" in page
    assert page.index("<bdi>Fuel</bdi>") < page.index("<bdi>Groceries</bdi>")
    assert "−0.450" in page


def test_rows__both_asked__who_was_right_is_counted_and_told_from_chance(
    admin: Console, labelled: Client
) -> None:
    right, wrong = register_version(), register_version(wrong_model)
    remembered = page_of(admin, right, wrong, "&rows=1")
    Transaction.objects.update(date=date(2026, 4, 20))

    page = page_of(admin, right, wrong, "&rows=1")

    assert f"v{right.pk} is better" in page
    assert "is better" not in remembered
    assert f"manage.py models compare {right.pk} {wrong.pk} --rows 5000" in page
    assert "no verdict: of what it has learned from, a version only remembers" in remembered
    assert "TIM HORTONS SECRET" in page
    assert "−4.50" in page or "-4.50" in page


def test_rows__description__is_the_merchants_name_for_those_who_may_not_read_it(
    analyst: Console, labelled: Client
) -> None:
    page = page_of(analyst, register_version(), register_version(wrong_model), "&rows=1")

    assert "SECRET" not in page
    assert "tim hortons" in page


def test_rows__older_than_what_either_has_learned_from__are_no_new_ones(
    admin: Console, labelled: Client
) -> None:
    right, wrong = register_version(), register_version(wrong_model)
    ModelVersion.objects.filter(pk=wrong.pk).update(metrics=wrong.metrics | {"trained_to": "2026-03-02"})
    for day in (date(2026, 3, 31), date(2026, 4, 20)):
        make_transaction(labelled, description="CITY FUEL", category="Fuel", date=day)

    found = json.loads(models("compare", str(right.pk), str(wrong.pk), "--json"))
    swapped = json.loads(models("compare", str(wrong.pk), str(right.pk), "--json"))
    page = page_of(admin, right, wrong, "&rows=1")

    assert right.metrics["trained_to"] == "2026-03-31"
    assert (found["new"]["rows"], found["all"]["rows"]) == (1, 14)
    assert (swapped["new"]["rows"], swapped["all"]["only_second"]) == (1, 14)
    assert (found["all"]["only_first"], "better" in found["all"]) == (14, False)
    numbers = [cell.strip() for cell in re.findall(r'<td class="lm-right">(\d+)</td>', page)]
    assert numbers[-15:-3] == ["1", "0", "0", "1", "0", "0", "14", "0", "0", "14", "0", "0"]


def test_rows__newer_than_a_training__none_yet_is_said(admin: Console, labelled: Client) -> None:
    right, wrong = register_version(), register_version(wrong_model)

    page = page_of(admin, right, wrong, "&rows=1")

    assert "there are none yet" in page
    assert "there are none yet" in models("compare", str(right.pk), str(wrong.pk))


def test_rows__that_differ__alone_are_listed_newest_first(admin: Console, labelled: Client) -> None:
    first, second = register_version(), register_version(wrong_model)

    same = page_of(admin, first, register_version(), "&rows=1")
    page = page_of(admin, first, second, "&rows=1")

    assert "They give the same answer to every row." in same
    assert page.index("2026-03-04") < page.index("2026-03-01")


def test_rows__more_labelled_than_asked_for__only_the_newest(labelled: Client) -> None:
    right, wrong = register_version(), register_version(wrong_model)

    text = models("compare", str(right.pk), str(wrong.pk), "--rows", "3")

    assert "All rows asked about: 3;" in text
    assert "SECRET" not in text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"artifact": b"", "size_bytes": 0}, "dropped to save space"),
        ({"validated_at": None}, "never validated"),
    ],
)
def test_rows__a_version_that_cannot_be_loaded__is_said_and_the_figures_stay(
    admin: Console, labelled: Client, changes: dict[str, Any], why: str
) -> None:
    first, second = register_version(), register_version()
    ModelVersion.objects.filter(pk=second.pk).update(**changes)

    page = page_of(admin, first, second, "&rows=1")

    assert why in page
    assert "By category" in page
    with pytest.raises(CommandError, match="cannot both be asked"):
        models("compare", str(first.pk), str(second.pk))


def test_rows__nothing_labelled__is_said(admin: Console) -> None:
    page = page_of(admin, register_version(), register_version(), "&rows=1")

    assert "nothing to ask about" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Choose two versions"),
        ("?a={0}&b={0}", "the same version"),
        ("?a={0}&b=99999", "not among the versions"),
        ("?a=x%00&b=<script>", "not among the versions"),
    ],
)
def test_choice__that_cannot_be__is_explained(analyst: Console, query: str, said: str) -> None:
    first, _ = make_version(), make_version()

    answer = analyst.browser.get(COMPARE + query.format(first.pk))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert "By category" not in page


@pytest.mark.parametrize("labels", [2, 200])
def test_page__any_number_of_rows__takes_as_many_queries(
    admin: Console, labelled: Client, labels: int
) -> None:
    for _ in range(labels):
        make_transaction(labelled, category="Fuel")
    first, second = register_version(), register_version(wrong_model)
    page_of(admin, first, second)

    with CaptureQueriesContext(connection) as captured:
        page_of(admin, first, second, "&rows=1")

    tables = [query["sql"].split(" FROM ")[-1].split()[0].strip('"') for query in captured.captured_queries]
    assert len(tables) == 12, tables


def test_list_and_page__of_a_version__lead_to_the_comparison(console_of: Any) -> None:
    analyst = console_of(Role.ANALYST)
    older, newer = make_version(), make_version()

    versions = analyst.browser.get("/admin/mlmodels/modelversion/").content.decode()
    page = analyst.browser.get(f"/admin/mlmodels/modelversion/{newer.pk}/change/").content.decode()

    assert COMPARE in versions
    assert f"{COMPARE}?a={older.pk}&amp;b={newer.pk}" in page


def test_trend__versions__are_drawn_and_told_in_words(analyst: Console) -> None:
    make_version(metrics=METRICS | {"val_accuracy": 0.8}, status="rejected")
    make_version()

    page = analyst.browser.get("/admin/mlmodels/modelversion/").content.decode()

    assert page.count("lm-trend-rejected") == 2
    assert "rejected: 80.0 %" in page


def test_trend__a_better_version__stands_further_right_and_higher() -> None:
    for accuracy in (0.8, 0.9):
        make_version(metrics=METRICS | {"val_accuracy": accuracy})

    line = view_trend()[0]

    older, newer = ((float(dot.x), float(dot.y)) for dot in line.dots)
    assert line.latest == "90.0 %"
    assert older[0] < newer[0]
    assert older[1] > newer[1]


def test_trend__figures_that_are_missing_or_null__are_left_out(analyst: Console) -> None:
    make_version(metrics={})
    make_version(metrics=METRICS | {"val_f1_macro": None})
    make_version(metrics=METRICS | {"val_accuracy": 0.8})
    make_version()

    page = analyst.browser.get("/admin/mlmodels/modelversion/").content.decode()

    assert "The newest 2 versions" in page


def test_trend__one_version__says_what_is_missing(analyst: Console) -> None:
    make_version()

    page = analyst.browser.get("/admin/mlmodels/modelversion/").content.decode()

    assert "Two versions make a line" in page


def test_trend__champion_older_than_what_is_shown__is_not_spoken_of(analyst: Console) -> None:
    for _ in range(2):
        make_version(metrics=METRICS)
    without = analyst.browser.get("/admin/mlmodels/modelversion/").content.decode()
    make_version(status="champion", metrics=METRICS)
    with_it = analyst.browser.get("/admin/mlmodels/modelversion/").content.decode()

    assert "The larger dot" not in without
    assert "The larger dot is the champion; hollow ones were rejected." in with_it


def test_command__a_version_beside_itself__is_refused() -> None:
    version = make_version(metrics=METRICS)

    with pytest.raises(CommandError, match="name two versions"):
        models("compare", str(version.pk), str(version.pk))
