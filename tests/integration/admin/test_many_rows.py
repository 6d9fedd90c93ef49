"""Actions on many rows at once: how many, in which order, and what is said."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from suggestions.models import Category, Rule
from tests.builders import make_client
from tests.integration.admin.console import Console
from tests.interleaving import somebody_else, wait_until_waited_for

pytestmark = pytest.mark.django_db

CATEGORIES = "/admin/suggestions/category/"
RULES = "/admin/suggestions/rule/"


def make_category(**overrides: object) -> Category:
    return Category.objects.create(client=make_client(), **{"name": "Fuel"} | overrides)


@pytest.mark.django_db(transaction=True)
def test_action__rows_that_another_change_holds__waits_for_them_in_the_order_of_their_ids(
    admin: Console,
) -> None:
    client = make_client()
    first, second = (Category.objects.create(client=client, name=name) for name in ("Travel", "Fuel"))
    chosen = {"action": "deactivate", "_selected_action": [first.pk, second.pk]}

    with somebody_else() as start, transaction.atomic():
        Category.objects.select_for_update().get(pk=first.pk)
        start(lambda: admin.browser.post(CATEGORIES, chosen))
        wait_until_waited_for()
        # Were it held by whoever waits for the first one, both would wait for each other.
        Category.objects.select_for_update(nowait=True).get(pk=second.pk)

    assert not Category.objects.filter(is_active=True).exists()


def test_action__ten_thousand_chosen_across_pages__is_refused_with_the_limit(admin: Console) -> None:
    client = make_client()
    Category.objects.bulk_create(Category(client=client, name=f"c{number}") for number in range(10_000))

    answer = admin.browser.post(
        CATEGORIES,
        {
            "action": "deactivate",
            "select_across": "1",
            "_selected_action": [Category.objects.earliest("pk").pk],
        },
        follow=True,
    )

    assert "Nothing was changed: 10,000 rows are chosen, and one action changes 500 at most." in (
        answer.content.decode()
    )
    assert not Category.objects.filter(is_active=False).exists()


def test_action__more_fields_than_a_request_may_have__names_the_limit(admin: Console) -> None:
    category = make_category()

    answer = admin.browser.post(
        CATEGORIES, {"action": "deactivate", "_selected_action": [category.pk] * 10_000}
    )

    assert answer.status_code == 400
    assert "Nothing was changed. One request may have 1,000 fields at most" in answer.content.decode()
    assert Category.objects.get().is_active


def test_action__as_many_as_allowed__are_changed_and_logged_in_a_fixed_number_of_queries(
    admin: Console,
) -> None:
    client = make_client()
    rows = Category.objects.bulk_create(Category(client=client, name=f"c{number}") for number in range(500))
    chosen = {"action": "deactivate", "_selected_action": [row.pk for row in rows]}

    with CaptureQueriesContext(connection) as queries:
        admin.browser.post(CATEGORIES, chosen)

    assert not Category.objects.filter(is_active=True).exists()
    assert LogEntry.objects.count() == 500
    assert len(queries) < 40


def test_rules__more_than_one_request_deletes__are_all_still_there(admin: Console) -> None:
    Rule.objects.bulk_create(
        Rule(name=f"r{number}", pattern=f"word{number}", category="Fuel") for number in range(501)
    )

    answer = admin.browser.post(
        RULES,
        {"action": "delete_selected", "select_across": "1", "_selected_action": [1], "post": "yes"},
        follow=True,
    )

    assert "501 rows are chosen" in answer.content.decode()
    assert Rule.objects.count() == 501
