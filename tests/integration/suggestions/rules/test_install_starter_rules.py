import pytest
from django.db import transaction

from suggestions.models import Rule, RuleSet
from suggestions.rules.cache import current_engine
from suggestions.rules.starter import install_starter_rules, starter_rules
from tests.interleaving import somebody_else, wait_until_waited_for

pytestmark = pytest.mark.django_db


def test_install__no_rules__writes_all_and_raises_the_version() -> None:
    Rule.objects.all().delete()
    RuleSet.objects.get_or_create(pk=1)
    version = RuleSet.objects.get(pk=1).version

    installed = install_starter_rules()

    assert installed == Rule.objects.count() == len(list(starter_rules()))
    assert RuleSet.objects.get(pk=1).version > version
    assert current_engine().refused == ()
    assert "Groceries" in current_engine().categories(1)


def test_install__some_rules__leaves_them_alone() -> None:
    Rule.objects.all().delete()
    Rule.objects.create(name="Ours", pattern="shop", category="Shopping")

    assert install_starter_rules() == 0
    assert Rule.objects.get().name == "Ours"


@pytest.mark.django_db(transaction=True)
def test_install__another_start_is_at_it__writes_none_again() -> None:
    with somebody_else() as start:
        with transaction.atomic():
            installed = install_starter_rules()
            second = start(install_starter_rules)
            wait_until_waited_for()

        assert second.result() == 0
    assert Rule.objects.count() == installed
