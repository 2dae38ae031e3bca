"""Signing in and out, in a real browser."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from clinic.desk import session
from clinic.desk.tests.bench_desk import KETAMINE
from clinic.desk.tests.pages.conftest import Watched
from clinic.desk.tests.running_desk import running_desk

pytestmark = pytest.mark.alone

BANNER = "Engineering use only. Not a medical device."


def test_a_page_without_a_session_leads_to_sign_in_and_then_to_where_one_wanted_to_go(visitor):
    visitor.go(f"/pump/{KETAMINE}")
    expect(visitor.page.get_by_role("heading", name="Vigil")).to_be_visible()
    assert "Ann Bell" not in visitor.page.content()
    visitor.sign_in()
    expect(visitor.page.get_by_role("heading", name="Ann Bell")).to_be_visible()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(visitor):
    answers = []
    for name, password in (("anna", "wrong"), ("nobody", "correct horse battery")):
        visitor.go("/login")
        visitor.page.fill("[name=username]", name)
        visitor.page.fill("[name=password]", password)
        visitor.page.click("button[type=submit]")
        alert = visitor.page.get_by_role("alert")
        expect(alert).to_be_visible()
        answers.append(alert.inner_text())
    assert answers[0] == answers[1]
    assert "do not match" in answers[0]
    visitor.go("/")
    expect(visitor.page).to_have_url(f"{visitor.bench.address}/login")


def test_a_sign_in_gets_a_new_session_so_that_an_old_cookie_is_worth_nothing(visitor, browser):
    visitor.go("/login")
    before = visitor.page.context.cookies()
    visitor.sign_in()
    visitor.page.wait_for_selector(".tile")
    with browser.new_context() as other:
        other.add_cookies(before)
        page = other.new_page()
        page.goto(visitor.bench.address + "/")
        expect(page).to_have_url(f"{visitor.bench.address}/login")


def test_signing_out_ends_every_tab(newcomer):
    second = newcomer.page.context.new_page()
    second.goto(newcomer.bench.address + "/")
    second.wait_for_selector(".tile")
    newcomer.page.locator("details.account > summary").click()
    newcomer.page.get_by_role("button", name="Sign out").click()
    expect(newcomer.page.get_by_text("You are signed out.")).to_be_visible()
    expect(second.get_by_text("You were signed out")).to_be_visible()


def test_the_banner_is_on_every_page(nurse):
    for path in ("/", f"/pump/{KETAMINE}", "/pump/unknown"):
        nurse.go(path)
        expect(nurse.page.get_by_role("note")).to_have_text(BANNER)


def test_a_pump_that_does_not_exist_says_so_and_offers_the_way_back(nurse):
    nurse.go("/pump/" + "0" * 32)
    expect(nurse.page.get_by_role("heading", name="No such pump")).to_be_visible()
    nurse.page.get_by_role("link", name="Back to the ward").click()
    expect(nurse.page.locator(".tile")).to_have_count(3)


@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_a_form_from_another_site_is_refused(bench, path):
    answer = httpx.post(
        bench.address + path,
        data={"username": "anna", "password": "correct horse battery"},
        headers={"origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403


def test_pages_are_not_cached_nor_framed_and_their_policy_names_no_other_host(bench):
    answer = httpx.get(bench.address + "/login")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "http" not in policy
    cookie = httpx.get(bench.address + "/login").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


def test_a_session_ends_after_half_an_hour_without_a_touch(browser, tmp_path):
    # a service of its own: its clock is moved on, and that ends every session that it has
    with running_desk(tmp_path) as bench, browser.new_context() as context:
        watched = Watched(context.new_page(), bench)
        watched.go("/login")
        watched.sign_in()
        watched.page.wait_for_selector(".tile")
        bench("age_sessions", session.IDLE_LIMIT_S + 1)
        expect(watched.page.get_by_text("You were signed out")).to_be_visible()
        watched.go("/")
        expect(watched.page).to_have_url(f"{bench.address}/login")
