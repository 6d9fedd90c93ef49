"""Open the main pages in a browser and keep pictures of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

DESK = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
COLOURS = 128


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, the page, and what is done there first."""

    name: str
    address: str
    prepare: Callable[[Page], None] = lambda _page: None
    is_phone: bool = False
    is_dark: bool = False


def take(browser: Browser, url: str, login: tuple[str, str], shots: list[Shot], folder: Path) -> None:
    """Write one file a shot."""
    for shot in shots:
        with _logged_in(browser, url, login, shot) as page:
            page.goto(f"{url}{shot.address}")
            shot.prepare(page)
            page.wait_for_load_state("networkidle")
            path = folder / f"{shot.name}.png"
            page.screenshot(path=path, animations="disabled")
            _shrink(path)


@contextmanager
def _logged_in(browser: Browser, url: str, login: tuple[str, str], shot: Shot) -> Iterator[Page]:
    scheme = "dark" if shot.is_dark else "light"
    context = browser.new_context(
        viewport=PHONE if shot.is_phone else DESK, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{url}/admin/login/")
    page.fill("#id_username", login[0])
    page.fill("#id_password", login[1])
    page.click("button[type=submit]")
    page.wait_for_url(f"{url}/admin/")
    yield page
    context.close()


def _shrink(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
