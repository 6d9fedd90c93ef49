"""The admin's clicks, in a headless Chromium."""

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from playwright.sync_api import Error, Page, sync_playwright

from tests.smoke.service import JourneyFailed

# The browser is to talk to the service and to nobody else.
CHROMIUM_OPTIONS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MILLISECONDS = 15_000


class BrowserConsole:
    """An admin at the rollout page; a context manager that ends the browser."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = url
        self._username = username
        self._password = password
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        if chromium is None:
            raise JourneyFailed("no Chromium is installed; on Debian: apt-get install chromium")
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        playwright = self._resources.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_OPTIONS, *sandbox])
        self._resources.callback(browser.close)
        self._page: Page = browser.new_page()
        self._page.set_default_timeout(PATIENCE_MILLISECONDS)
        self._do("log in", self._log_in)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    def set_canary(self, percent: int, reason: str) -> None:
        """Fill in percentage and reason, and save past the gates."""

        def fill() -> None:
            self._open_rollout()
            self._page.fill("#id_percentage", str(percent))
            self._page.fill("#id_reason", reason)
            self._page.check("#id_override")  # minutes after the training no step is open yet
            self._page.click("#rollout_form button[type=submit]")
            self._page.get_by_text(f"to {percent} %, from the next request on").wait_for()

        self._do(f"set the canary to {percent} %", fill)

    def roll_back(self) -> None:
        """Click the red button and confirm."""

        def click() -> None:
            self._open_rollout()
            self._page.get_by_role("link", name="Roll back to rules").click()
            self._page.get_by_role("button", name="Roll back now").click()
            self._page.get_by_text("everybody is served by the rules").first.wait_for()

        self._do("roll back to rules", click)

    def _log_in(self) -> None:
        self._page.goto(f"{self._url}/admin/login/")
        self._page.fill("#id_username", self._username)
        self._page.fill("#id_password", self._password)
        self._page.click("button[type=submit]")
        self._page.wait_for_url(f"{self._url}/admin/")

    def _open_rollout(self) -> None:
        self._page.goto(f"{self._url}/admin/suggestions/rollout/")

    def _do(self, what: str, action: Callable[[], None]) -> None:
        try:
            action()
        except Error as error:
            raise JourneyFailed(f"the browser could not {what}: {error.message.splitlines()[0]}") from None
