"""A running service, as a client and an operator reach it."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PAGE = 1_000
BATCH = 500
PATIENCE_SECONDS = 30


class JourneyFailed(Exception):
    """A step of the journey did not end as it must."""


@dataclass(frozen=True)
class Service:
    """Where the service is, and the keys to it."""

    url: str
    client_id: int
    client_key: str
    operator_key: str

    def as_client(self, method: str, path: str, body: object = None) -> Any:
        """Return the answer to the client's request."""
        return self._expect_ok(method, path, body, self.client_key)

    def as_operator(self, method: str, path: str, body: object = None) -> Any:
        """Return the answer to the operator's request."""
        return self._expect_ok(method, path, body, self.operator_key)

    def send(self, method: str, path: str, body: object, key: str) -> tuple[int, Any]:
        """Return status and answer, whatever they are."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Api-Key {key}"}
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
                return answer.status, _read(answer)
        except urllib.error.HTTPError as error:
            return error.code, _read(error)
        except urllib.error.URLError as error:
            raise JourneyFailed(f"{self.url} does not answer ({error.reason}); is it running?") from None

    def counter(self, name: str) -> float:
        """Return a metric's sum over its labels."""
        _, text = self.send("GET", "/metrics", None, "")
        values = [
            line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{"))
        ]
        if not values:
            raise JourneyFailed(f"/metrics does not export {name}: {text[:200]}")
        return sum(map(float, values))

    def transactions(self, at_most: int) -> Iterator[dict[str, Any]]:
        """Yield the client's transactions, newest first."""
        path: str | None = f"/ml/transactions?limit={PAGE}"
        seen = 0
        while path and seen < at_most:
            page = self.as_client("GET", path)
            yield from page["results"]
            seen += len(page["results"])
            path = page["next"] and page["next"][page["next"].index("/ml/") :]

    def suggestions(self, transaction_ids: list[int]) -> list[dict[str, Any]]:
        """Return the suggestions for any number of transactions."""
        items: list[dict[str, Any]] = []
        for at in range(0, len(transaction_ids), BATCH):
            batch = transaction_ids[at : at + BATCH]
            items += self.as_client("POST", "/ml/suggestions", {"txn_ids": batch})["items"]
        return items

    def _expect_ok(self, method: str, path: str, body: object, key: str) -> Any:
        status, answer = self.send(method, path, body, key)
        if status >= 400:
            raise JourneyFailed(f"{method} {path} answered {status}: {answer}")
        return answer


def _read(answer: Any) -> Any:
    text = answer.read().decode()
    return json.loads(text) if "json" in (answer.headers.get("Content-Type") or "") else text


def is_answering(url: str) -> bool:
    """Tell whether a service is alive there."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
