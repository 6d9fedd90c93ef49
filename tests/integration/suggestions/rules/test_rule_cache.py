from typing import Any

import pytest

from suggestions.models import Rule, RuleSet
from suggestions.rules.cache import current_engine
from tests.builders import make_rule

pytestmark = pytest.mark.django_db


def version() -> int:
    return RuleSet.objects.get().version


def test_rule_set_version__every_kind_of_change__rises() -> None:
    seen = [version()]

    rule = make_rule()
    seen.append(version())
    rule.save()
    seen.append(version())
    Rule.objects.update(priority=5)
    seen.append(version())
    Rule.objects.bulk_create([Rule(name="x", pattern="x", category="y")])
    seen.append(version())
    Rule.objects.all().delete()
    seen.append(version())

    assert seen == sorted(set(seen))


def test_current_engine__unchanged_rules__costs_one_query_and_compiles_nothing(
    django_assert_num_queries: Any,
) -> None:
    make_rule()
    engine = current_engine()

    with django_assert_num_queries(1):
        assert current_engine() is engine


def test_current_engine__changed_rules__are_compiled_anew() -> None:
    make_rule(category="Coffee")
    assert "Coffee" in current_engine().categories(1)

    Rule.objects.update(category="Tea")

    assert current_engine().categories(1) == {"Tea"}


def test_current_engine__inactive_rule__is_left_out() -> None:
    make_rule(is_active=False, category="Coffee")

    assert current_engine().categories(1) == frozenset()
