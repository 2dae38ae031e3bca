"""One server, one browser and one signed-in profile for all pages; a fresh ward for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from clinic.desk.tests.bench_desk import PASSWORDS
from clinic.desk.tests.running_desk import RemoteBench, chromium, running_desk

USERNAME = "anna"
PASSWORD = "correct horse battery"
DEADLINE_MS = 10_000
expect.set_options(timeout=DEADLINE_MS)
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}


class Watched:
    """A page together with what it should not do: errors, and requests to anybody else."""

    def __init__(self, page: Page, bench: RemoteBench) -> None:
        self.page = page
        self.bench = bench
        self.errors: list[str] = []
        self.strangers: list[str] = []
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._request(request.url))
        page.set_default_timeout(DEADLINE_MS)

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.errors.append(text)

    def _request(self, url: str) -> None:
        if not url.startswith((self.bench.address, "data:", "blob:")):
            self.strangers.append(url)

    def go(self, path: str) -> None:
        self.page.goto(self.bench.address + path)

    def sign_in(self, password: str = PASSWORD, username: str = USERNAME) -> None:
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        self.page.click("button[type=submit]")


@pytest.fixture(scope="package")
def bench_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteBench]:
    with running_desk(tmp_path_factory.mktemp("sessions")) as bench:
        yield bench


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def bench(bench_process: RemoteBench) -> RemoteBench:
    bench_process("reset")
    return bench_process


@pytest.fixture
def visitor(bench: RemoteBench, browser: Browser) -> Iterator[Watched]:
    """Somebody who has not signed in."""
    context = browser.new_context(viewport=VIEWPORT)
    watched = Watched(context.new_page(), bench)
    yield watched
    context.close()
    assert watched.errors == []
    assert watched.strangers == []


@pytest.fixture
def newcomer(visitor: Watched) -> Watched:
    """Anna Lee in a session of her own, looking at the ward."""
    visitor.go("/login")
    visitor.sign_in()
    visitor.page.wait_for_selector(".tile")
    return visitor


@pytest.fixture
def prescriber(visitor: Watched) -> Watched:
    """Dr Noor Haddad in a session of her own, looking at the ward."""
    visitor.go("/login")
    visitor.sign_in(PASSWORDS["noor"], "noor")
    visitor.page.wait_for_selector(".tile")
    return visitor


@pytest.fixture(scope="package")
def signed_in(bench_process: RemoteBench, browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile in which Anna Lee is signed in. It keeps its cache between tests."""
    bench_process("reset")
    with browser.new_context(viewport=VIEWPORT) as context:
        watched = Watched(context.new_page(), bench_process)
        watched.go("/login")
        watched.sign_in()
        watched.page.wait_for_selector(".tile")
        watched.page.close()
        yield context


@pytest.fixture
def anna(bench: RemoteBench, signed_in: BrowserContext) -> Iterator[Watched]:
    """Anna Lee, signed in, on an empty new page."""
    watched = Watched(signed_in.new_page(), bench)
    yield watched
    watched.page.close()
    assert watched.errors == []
    assert watched.strangers == []


@pytest.fixture
def nurse(anna: Watched) -> Watched:
    """Anna Lee, looking at the ward."""
    anna.go("/")
    anna.page.wait_for_selector(".tile")
    return anna
