"""Plain HTML elements for the pages: text, attributes and buttons that change in place.

Each setter compares first, so that a tick that changes nothing sends nothing and no element loses
focus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

# The shapes of the priorities, drawn and not taken from a font, so that they are the same on every
# screen.
SHAPES = {
    "high": '<path d="M8 1.2 15.4 14.6H.6Z"/>',
    "medium": '<path d="M8 .6 15.4 8 8 15.4.6 8Z"/>',
    "low": '<circle cx="8" cy="8" r="7"/>',
    "technical": '<rect x="1.5" y="1.5" width="13" height="13" rx="1"/>',
}


class Text(TextElement):
    """A native element with text. `tag` is any HTML tag."""

    def __init__(self, text: str = "", tag: str = "span", classes: str = "") -> None:
        super().__init__(tag=tag, text=text)
        self.classes(classes)


def node(tag: str, classes: str = "", **attributes: str) -> Element:
    """A native element without text; an underscore in an attribute's name stands for a hyphen."""
    element = ui.element(tag).classes(classes)
    for name, value in attributes.items():
        attr(element, name.replace("_", "-"), value)
    return element


def attr(element: Element, name: str, value: Any) -> None:
    """Set one attribute if it changed. None removes it."""
    if value is None:
        if name in element.props:
            del element.props[name]
            element.update()
    elif element.props.get(name) != value:
        element.props[name] = value
        element.update()


def show(element: Element, visible: bool) -> None:
    """Show or hide by the `hidden` attribute, which screen readers obey as well."""
    attr(element, "hidden", None if visible else True)


def one_class(element: Element, prefix: str, word: str) -> None:
    """Give the element exactly one class of the family `prefix`."""
    wanted = prefix + word
    others = [name for name in element.classes if name.startswith(prefix) and name != wanted]
    if others or wanted not in element.classes:
        element.classes(add=wanted, remove=" ".join(others))


def button(text: str, on_click: Callable[..., Any], classes: str = "") -> Text:
    """A native button: reached by Tab, pressed by Enter and Space, with no styling but ours."""
    element = Text(text, "button", f"btn {classes}")
    attr(element, "type", "button")
    element.on("click", on_click, args=[])
    return element


def description(lines: Iterable[tuple[str, str]]) -> None:
    """What and its value, line by line."""
    with node("dl", "terms"):
        for what, value in lines:
            Text(what, "dt")
            Text(value, "dd")


def shape(priority_class: str) -> ui.html:
    """The shape of a priority. Hidden from screen readers: the word stands beside it."""
    return (
        ui.html(shape_svg(priority_class), sanitize=False, tag="span")
        .classes("shape")
        .props("aria-hidden=true")
    )


def shape_svg(priority_class: str) -> str:
    """The drawing of a shape, in the colour of its text."""
    return (
        f'<svg viewBox="0 0 16 16" data-shape="{priority_class}" fill="currentColor" '
        f'focusable="false">{SHAPES[priority_class]}</svg>'
    )
