import pytest

from suggestions.rule_cache import forget_engine


@pytest.fixture(autouse=True)
def fresh_rules() -> None:
    forget_engine()
