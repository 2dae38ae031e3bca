"""What README.md and docs/ name is there: files, links, modules, make targets, settings, log lines."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from hub.config import HubConfig
from shared.drug_profiles import profile_of
from shared.drug_words import PROFILE_TITLES
from tools import docs_drugs, docs_settings, gen_docs
from tools.house.settings import PORTS

ROOT = gen_docs.ROOT
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TOP = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
# Made at run time, not part of the tree.
MADE = {"build", "state"}
IN_BACKTICKS = re.compile(r"`([^`\s]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)\)")
MODULE = re.compile(r"python -m ((?:tools|hub|clinic|hil_tests)[\w.]*)")
TARGET = re.compile(r"`(?:\w+=\S+ )*make ([a-z-]+)|^    (?:\w+=\S+ )*make ([a-z-]+)", re.MULTILINE)
VARIABLE = re.compile(r"\bVIGIL_[A-Z_]+\b")
LOG_CALL = re.compile(r"log\.(?:info|warning|error|exception)\(\s*(.*?)[,)]", re.DOTALL)
# The desk reads its records inside the clinic; its line is for who works on it.
NOT_IN_THE_TABLE = {"the desk cannot read its records"}

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def paths_named(text: str) -> list[str]:
    """Words in backticks that look like a path of this tree."""
    words = [word.rstrip("/").partition("::")[0] for word in IN_BACKTICKS.findall(text)]
    return [
        word
        for word in words
        if "/" in word
        and word.partition("/")[0] in TOP - MADE
        and not re.search(r"[<>()$…]", word)
    ]


@by_page
def test_every_path_in_backticks_is_there(page: Path):
    named = paths_named(page.read_text())
    missing = [word for word in named if not (list(ROOT.glob(word)) or (ROOT / word).exists())]
    assert missing == []


def test_architecture_names_many_files_and_a_wrong_one_is_noticed():
    assert len(paths_named((ROOT / "docs" / "ARCHITECTURE.md").read_text())) > 60
    assert paths_named("see `hub/nothing.py`, `A5 5A`, `a/b`, `state/log/`") == ["hub/nothing.py"]


@by_page
def test_every_link_leads_somewhere(page: Path):
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@by_page
def test_every_module_that_is_run_is_there(page: Path):
    modules = {name.rstrip(".") for name in MODULE.findall(page.read_text())}
    assert [name for name in sorted(modules) if importlib.util.find_spec(name) is None] == []


@by_page
def test_every_make_target_is_in_the_makefile(page: Path):
    known = {name for name, _ in gen_docs.MAKE_TARGET.findall((ROOT / "Makefile").read_text())}
    named = {one or other for one, other in TARGET.findall(page.read_text())}
    assert named - known == set()


def test_every_variable_on_the_pages_and_in_deploy_is_a_setting():
    known = {
        docs_settings.variable(model, name, field)
        for model in docs_settings.MODELS.values()
        for name, field in model.model_fields.items()
    } | set(PORTS)
    files = [*PAGES, *(path for path in (ROOT / "deploy").rglob("*") if path.is_file())]
    for path in files:
        named = {name for name in VARIABLE.findall(path.read_text()) if not name.endswith("_")}
        assert named - known == set(), path.name


@pytest.mark.parametrize("part", ["hub", "clinic"])
def test_every_log_line_is_explained(part: str):
    page = (ROOT / "docs" / "OPERATIONS.md").read_text()
    lines: set[str] = set()
    for path in (ROOT / part).rglob("*.py"):
        if "tests" not in path.relative_to(ROOT).parts:
            for call in LOG_CALL.findall(path.read_text()):
                lines.update(re.findall(r'"([^"]+)"', call))
    assert len(lines) > 5
    assert [line for line in sorted(lines - NOT_IN_THE_TABLE) if f"`{line}`" not in page] == []


def test_every_setting_has_its_row_with_default_and_bounds():
    table = gen_docs.settings_table("HubConfig")
    assert len(table.splitlines()) == 2 + len(HubConfig.model_fields)
    assert "| `VIGIL_HUB_LINK_PORT` | `7400` | 0 to 65,535 |" in table
    assert "| `VIGIL_HUB_LOG_LEVEL` | `info` | debug, info, warning, error |" in table
    assert "| `VIGIL_CLINIC_SESSION_HOURS` | `12` | 1 to 24 |" in gen_docs.settings_table(
        "Settings"
    )


def test_setting_without_words_is_refused(monkeypatch: pytest.MonkeyPatch):
    words = dict(docs_settings.MEANING["Settings"])
    del words["gap_ms"]
    monkeypatch.setitem(docs_settings.MEANING, "Settings", words)
    with pytest.raises(gen_docs.DocsError, match="gap_ms"):
        gen_docs.settings_table("Settings")


PROFILE_FILES = [ROOT / "shared" / f"drug_profiles_{name}.py" for name in ("infusions", "pca")]


def test_drug_table_shows_figures_in_milligrams_with_the_mark_of_the_source():
    header, rows = docs_drugs.library_rows(PROFILE_FILES[0])
    cells = {(row[0], row[1]): dict(zip(header[2:], row[2:], strict=True)) for row in rows}
    assert cells["**Rate, at most**", "mg/kg/h"]["`KET_DAY`"] == "0.5 [V2]"
    assert cells["**Any hour, at most**", "mg"]["`KET_HOME_TEST`"] == "8.8 [E]"
    assert cells["Dosing weight", "kg"]["`LID_LOW`"] == "40 [V2] to 150 [E]"
    assert cells["**Loading dose, in at least**", "min"]["`MG`"] == "15 [V]"
    assert cells["**Loading dose, in at least**", "min"]["`KET_DAY`"] == "blocked"
    # A figure whose comment names no source claims none.
    assert cells["Duration, usual to", "min"]["`KET_DAY`"] == "240"


def test_every_profile_and_every_figure_stands_in_a_drug_table():
    marks = {}
    for path in PROFILE_FILES:
        marks |= docs_drugs.evidence(path.read_text())
    assert set(marks) == set(PROFILE_TITLES)
    shown = {name for _, _, names in docs_drugs.LIMITS for name in names}
    figures: set[str] = set()
    for name in marks:
        profile = profile_of(name)
        assert profile is not None
        figures |= set(profile.figures)
        assert profile.drug in docs_drugs.DRUGS
    assert shown == figures


def test_every_bound_of_a_field_is_shown_in_units_for_people():
    _, rows = docs_drugs.bound_rows()
    assert ("Lockout", "s", "0, or 300", "86400") in rows
    assert ("Rate", "mL/h", "0.05", "100") in rows
    assert ("Dosing weight", "kg", "30", "250") in rows
    assert len(rows) == 21
