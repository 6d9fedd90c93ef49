"""A caller of the API over Django's test client."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client as HttpClient

from suggestions.models import Transaction


@dataclass(frozen=True)
class ApiCaller:
    """Send JSON with a key, or without one."""

    key: str | None

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self._http().post(
            path, data=body if body is not None else {}, content_type="application/json", headers=headers
        )

    def post_raw(self, path: str, body: bytes, content_type: str = "application/json") -> Any:
        return self._http().post(path, data=body, content_type=content_type)

    def get(self, path: str, **params: Any) -> Any:
        return self._http().get(path, params)

    def suggest(self, *rows: Transaction, **body: Any) -> Any:
        response = self.post("/ml/suggestions", {"txn_ids": [row.pk for row in rows]} | body)
        assert response.status_code == 200, response.content
        return response.json()

    def call(self, method: str, path: str) -> HttpResponse:
        return self._http().generic(method, path, data=b"{}", content_type="application/json")  # type: ignore[return-value]

    def _http(self) -> HttpClient:
        headers = {"Authorization": f"Api-Key {self.key}"} if self.key else {}
        return HttpClient(raise_request_exception=False, headers=headers)
