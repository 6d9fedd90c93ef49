import pytest

from mlmodels.models import ModelVersion
from suggestions.models import Category, Client
from suggestions.roles import Role
from tests.api_client import ApiCaller
from tests.builders import make_client, make_key
from tests.champions import install_champion
from tests.staff import make_staff


@pytest.fixture
def alice(db: None) -> Client:
    return make_client(name="alice's app")


@pytest.fixture
def bob(db: None) -> Client:
    return make_client(name="bob's app")


@pytest.fixture
def as_alice(alice: Client) -> ApiCaller:
    return ApiCaller(make_key(client=alice))


@pytest.fixture
def as_bob(bob: Client) -> ApiCaller:
    return ApiCaller(make_key(client=bob))


@pytest.fixture
def callers(as_alice: ApiCaller) -> dict[str, ApiCaller]:
    staff = {
        role.value: ApiCaller(make_key(user=make_staff(role)))
        for role in (Role.ANALYST, Role.OPERATOR, Role.ADMIN)
    }
    return {"anonymous": ApiCaller(None), "client": as_alice} | staff


@pytest.fixture
def as_operator(callers: dict[str, ApiCaller]) -> ApiCaller:
    return callers["operator"]


@pytest.fixture
def champion(alice: Client) -> ModelVersion:
    for name in ("Restaurants", "Groceries", "Fuel"):
        Category.objects.create(client=alice, name=name)
    return install_champion()
