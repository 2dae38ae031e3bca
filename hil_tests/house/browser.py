"""A real headless Chromium on the dashboard."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator

from playwright.async_api import Page, async_playwright

# Chromium as root in a container, with nothing that talks to the outside.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextlib.asynccontextmanager
async def page(width: int = 1440, height: int = 1000) -> AsyncIterator[Page]:
    """A fresh page. RuntimeError with what to install if there is no Chromium."""
    path = next(filter(None, (shutil.which(name) for name in _NAMES)), None)
    if path is None:
        raise RuntimeError("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield await browser.new_page(viewport={"width": width, "height": height})
        finally:
            await browser.close()


async def log_in(shown: Page, address: str, username: str, password: str) -> None:
    await shown.goto(address)
    await shown.get_by_label("Username").or_(shown.locator("input").first).first.fill(username)
    await shown.locator("input[type=password]").fill(password)
    await shown.locator("input[type=password]").press("Enter")
    await shown.locator("[data-pump]").first.wait_for()
