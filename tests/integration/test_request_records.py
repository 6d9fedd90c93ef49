import pytest

from tests.api_client import ApiCaller


@pytest.mark.django_db
def test_request_log__refused_request__has_its_path_without_the_query(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ApiCaller(None).get("/ml/transactions", user_id="somebody")

    assert "GET /ml/transactions" in caplog.text
    assert "somebody" not in caplog.text
