import pytest

from suggestions.models import Rule, RuleSet
from suggestions.rules.cache import current_engine
from suggestions.rules.starter import install_starter_rules, starter_rules

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
