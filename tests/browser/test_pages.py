"""Every kind of page in a browser: nothing complains, nothing is wider than a phone or a desk."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_page__in_a_browser__opens_without_complaint(page: Page, addresses: list[str]) -> None:
    for address in addresses:
        answer = page.goto(address)

        assert answer is not None
        assert answer.status == 200, address
        expect(page.locator("#content")).to_be_visible()


def test_page__on_a_phone__is_no_wider_than_the_screen(phone: Page, addresses: list[str]) -> None:
    assert not _too_wide(phone, addresses, 390)


def test_page__on_a_desk__is_no_wider_than_the_screen(
    page: Page, addresses: list[str], admin_user: User
) -> None:
    User.objects.filter(pk=admin_user.pk).update(is_superuser=True)
    group = Group.objects.earliest("pk")
    people = [f"/admin/auth/user/{admin_user.pk}/change/", f"/admin/auth/group/{group.pk}/change/"]

    assert not _too_wide(page, addresses + people, 1280)


def _too_wide(page: Page, addresses: list[str], width: int) -> dict[str, int]:
    widths = {}
    for address in addresses:
        page.goto(address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    return {address: found for address, found in widths.items() if found > width}


def test_theme__dark__is_applied(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/admin/suggestions/rollout/")

    assert "dark" in (page.locator("html").get_attribute("class") or "")
