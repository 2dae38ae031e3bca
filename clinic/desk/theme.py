"""The look of all pages: one style sheet, one script, one favicon, all served from here and none
from elsewhere.
"""

from __future__ import annotations

from pathlib import Path

from nicegui import ui

HERE = Path(__file__).parent
SHEETS = ("base.css", "ward.css", "pump.css", "form.css")
APPEARANCES = ("system", "light", "dark")
DARK = {"system": None, "light": False, "dark": True}  # None: as the browser prefers

# Two strokes of a drip chamber and its drop, in a colour that stands on light and dark tabs.
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="8" fill="#0f5e6b"/>'
    '<path d="M8 9l8 15 8-15" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" '
    'stroke-linejoin="round"/></svg>'
)


def install() -> None:
    """Give every page the style sheets and the script. Once per process."""
    for name in SHEETS:
        sheet = (HERE / "style" / name).read_text(encoding="utf-8")
        ui.add_head_html(f"<style>{sheet}</style>", shared=True)
    script = (HERE / "style" / "desk.js").read_text(encoding="utf-8")
    ui.add_head_html(f"<script>{script}</script>", shared=True)


def apply(appearance: str) -> ui.dark_mode:
    """Set light or dark for this page; a word that is not in the table is "system".

    NiceGUI wraps a page in a main landmark; ours is the inner one, so the outer loses its role.
    """
    if (slot := ui.context.client.content.parent_slot) is not None:
        slot.parent.props("role=none")
    return ui.dark_mode(DARK.get(appearance))
