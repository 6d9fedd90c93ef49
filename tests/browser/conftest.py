"""A real browser before a live server; whatever it complains of fails the test."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from suggestions.roles import Role
from tests.browser.addresses import make_pages
from tests.staff import PASSWORD, make_staff

DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
# The browser is to talk to the live server and to nobody else.
OPTIONS = [
    "--headless",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MILLISECONDS = 30_000

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture(scope="session", autouse=True)
def queries_beside_an_event_loop() -> Iterator[None]:
    # Playwright's loop runs in this thread, and Django would refuse to query beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the browser tests need Chromium: apt-get install chromium"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*OPTIONS, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def admin_user(transactional_db: None) -> User:
    return make_staff(Role.ADMIN, PASSWORD)


@pytest.fixture
def addresses(transactional_db: None) -> list[str]:
    return make_pages()


@pytest.fixture
def page(chromium: Browser, admin_user: User, live_server: object) -> Iterator[Page]:
    yield from _logged_in(chromium, admin_user, str(live_server), size=DESK)


@pytest.fixture
def phone(chromium: Browser, admin_user: User, live_server: object) -> Iterator[Page]:
    yield from _logged_in(chromium, admin_user, str(live_server), size=PHONE)


@pytest.fixture
def page_without_scripts(chromium: Browser, admin_user: User, live_server: object) -> Iterator[Page]:
    yield from _logged_in(chromium, admin_user, str(live_server), size=DESK, scripts=False)


def _logged_in(
    chromium: Browser, user: User, url: str, *, size: ViewportSize, scripts: bool = True
) -> Iterator[Page]:
    context = chromium.new_context(base_url=url, viewport=size, java_script_enabled=scripts)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.extend(_complaint(message)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend(_foreign(request.url, url)))
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(user.username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    yield page
    context.close()
    assert complaints == []


def _complaint(message: ConsoleMessage) -> list[str]:
    # A violated Content-Security-Policy is an error of the console too.
    return [f"{message.type}: {message.text}"] if message.type in ("error", "warning") else []


def _foreign(address: str, url: str) -> list[str]:
    return [] if address.startswith((url, "data:", "blob:")) else [f"left the house: {address}"]
