"""Pictures of every screen of the pump, drawn by the firmware on MicroPython: `python -m tools.screens [--check]`.

Writes docs/images/screen-*.png. With --check writes nothing and exits 1 if a picture is not what the firmware draws.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import typer
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "images"
MICROPYTHON = Path(sys.executable).with_name("micropython")
SCALE = 3
INK = (214, 240, 255)
PAPER = (8, 16, 24)
WIDTH = 128
HEIGHT = 64
RENDER_TIMEOUT_S = 60


def picture(pixels: bytes, scale: int = SCALE) -> Image.Image:
    """1,024 bytes in the display's order (pages of eight rows, column by column, lowest bit on top) as a picture."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    for index, column in enumerate(pixels):
        for bit in range(8):
            if column >> bit & 1:
                image.putpixel((index % WIDTH, index // WIDTH * 8 + bit), INK)
    return image.resize((WIDTH * scale, HEIGHT * scale), Image.Resampling.NEAREST)


def render() -> dict[str, bytes]:
    """Every screen's pixels, by name."""
    shown = subprocess.run(
        [MICROPYTHON, str(ROOT / "tools" / "upy" / "render_screens.py")],
        env={**os.environ, "MICROPYPATH": f"{ROOT}:.frozen"},
        capture_output=True,
        text=True,
        timeout=RENDER_TIMEOUT_S,
    )
    if shown.returncode:
        raise RuntimeError(shown.stderr or shown.stdout)
    return {
        name: bytes.fromhex(pixels)
        for name, pixels in (line.split() for line in shown.stdout.splitlines())
    }


def differing(folder: Path = PICTURES) -> list[str]:
    """Names of screens whose picture is missing or not what the firmware draws."""
    wrong = []
    for name, pixels in render().items():
        path = folder / f"screen-{name}.png"
        if not path.exists():
            wrong.append(name)
            continue
        with Image.open(path) as kept:
            if kept.convert("RGB").tobytes() != picture(pixels).tobytes():
                wrong.append(name)
    return wrong


def main(
    check: bool = typer.Option(False, help="Write nothing; fail if a picture is out of date."),
) -> None:
    if check:
        wrong = differing()
        for name in wrong:
            print(f"screens: docs/images/screen-{name}.png is not what the firmware draws")
        raise typer.Exit(1 if wrong else 0)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, pixels in render().items():
        picture(pixels).save(PICTURES / f"screen-{name}.png", optimize=True)


if __name__ == "__main__":
    typer.run(main)
