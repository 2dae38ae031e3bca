"""Requirement, code and test: every mention is found, and what is missing is said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.trace.__main__ import ROOT, main
from tools.trace.mentions import ids_in, in_scenario, in_test
from tools.trace.not_yet import NOT_YET
from tools.trace.requirements import CHAPTERS, FIRMWARE, LAST, read

REQUIREMENTS = """title = "Rates"

[SR-001]
part = "firmware"
text = "A rate has a range."
ours = "1 to 2 mL/h"

[SR-002]
part = "firmware"
text = "A rate is steady."

[SR-003]
part = "hub"
text = "All arrives."
where = ["hub/outbox.py"]
"""
PAGE = "# Trace\n\nWords.\n\n<!-- made by tools.trace -->\nold\n<!-- end -->\n\nMore words.\n"
TEST = '"""Rates (SR-001)."""\n\n\ndef test_rate_is_steady():\n    """SR-002"""\n    assert True\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "docs/TRACE.md": PAGE,
        "docs/requirements/rates.toml": REQUIREMENTS,
        "firmware/rates.py": "RANGE = (1, 2)  # SR-001\n",
        "firmware/tests/test_rates.py": TEST,
        "hub/outbox.py": "",
        "hil_tests/scenarios/day.toml": 'title = "x"\nrequirements = ["SR-002", "SR-003"]\n',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def trace(tree: Path, *arguments: str, not_yet: Mapping[str, str] | None = None) -> int:
    return main(list(arguments), tree, not_yet or {}, ("rates",), 3)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_page_shows_code_and_evidence_of_each_requirement_and_keeps_its_words(tree: Path):
    assert trace(tree) == 0
    page = (tree / "docs/TRACE.md").read_text()
    assert page.startswith("# Trace\n\nWords.\n\n<!-- made by") and page.endswith("More words.\n")
    assert (
        "| SR-001 | A rate has a range. | [1 to 2 mL/h] | firmware | [rates](../firmware/rates.py) "
        "| [test_rates](../firmware/tests/test_rates.py) |\n"
    ) in page
    assert "[test_rates](../firmware/tests/test_rates.py), [day](../hil_tests/scen" in page
    assert "| firmware | 2 | 2 |\n| hub | 1 | 1 |\n" in page
    assert "old" not in page


def test_check_fails_on_a_stale_page_and_writes_nothing(
    tree: Path, capsys: pytest.CaptureFixture[str]
):
    assert trace(tree, "--check") == 1
    assert "docs/TRACE.md is stale: run make trace" in capsys.readouterr().err
    assert (tree / "docs/TRACE.md").read_text() == PAGE
    assert trace(tree) == 0
    assert trace(tree, "--check") == 0


def test_requirement_of_the_firmware_without_a_test_fails(
    tree: Path, capsys: pytest.CaptureFixture[str]
):
    replace(tree / "firmware/tests/test_rates.py", "(SR-001)", "")
    assert trace(tree) == 1
    assert "SR-001: no test names it: A rate has a range." in capsys.readouterr().err


def test_requirement_of_another_part_needs_no_test(tree: Path):
    replace(tree / "hil_tests/scenarios/day.toml", ', "SR-003"', "")
    assert trace(tree) == 0


def test_requirement_that_is_listed_as_missing_passes_and_is_shown(tree: Path):
    replace(tree / "firmware/tests/test_rates.py", "(SR-001)", "")
    assert trace(tree, not_yet={"SR-001": "the test is being written"}) == 0
    assert "not yet: the test is being written" in (tree / "docs/TRACE.md").read_text()


@pytest.mark.parametrize(
    ("name", "reason", "sentence"),
    [
        ("SR-002", "being written", "SR-002 has its test; remove it"),
        ("SR-003", "being written", "SR-003 is no requirement of the firmware; remove it"),
        ("SR-009", "being written", "SR-009 is no requirement of the firmware; remove it"),
        ("SR-001", " ", "SR-001 has no reason"),
    ],
)
def test_entry_that_is_not_needed_fails(
    tree: Path, capsys: pytest.CaptureFixture[str], name: str, reason: str, sentence: str
):
    replace(tree / "firmware/tests/test_rates.py", "(SR-001)", "")
    assert trace(tree, not_yet={"SR-001": "being written", name: reason}) == 1
    assert f"tools/trace/not_yet.py: {sentence}" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["firmware/rates.py", "firmware/tests/test_rates.py"])
@pytest.mark.parametrize("name", ["SR-004", "SR-12", "SR-0001", "SR-003..SR-001"])
def test_mention_of_what_is_no_requirement_fails_with_its_place(
    tree: Path, capsys: pytest.CaptureFixture[str], path: str, name: str
):
    held = (tree / path).read_text()
    (tree / path).write_text(f"{held}# {name}\n")
    assert trace(tree) == 1
    line = held.count("\n") + 1
    assert f"{path}:{line}: {name} is no requirement" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "SR-015..SR-018",
        "SR-015 .. SR-018",
        "SR-015 to SR-018",
        "SR-015-SR-018",
        "SR-015–SR-018",
        "SR-015 to\n    # SR-018",
        "SR-015, SR-016 and SR-017 to\n    SR-018",
    ],
)
def test_range_names_all_of_its_numbers(text: str):
    assert [name for name, _ in ids_in(text)] == ["SR-015", "SR-016", "SR-017", "SR-018"]


def test_test_names_a_requirement_in_its_words_and_in_its_name_but_not_in_its_data():
    text = '''"""A file (SR-001)."""

DATA = "SR-002", f"SR-003 {1}", """
SR-004"""


def test_one_thing():
    """SR-005"""
    assert "SR-006"  # SR-007


async def test_sr_008_and_sr009():
    assert "µ", "SR-010"  # SR-011


def help_them():
    "SR-012"
'''
    found = {(mention.id, mention.test) for mention in in_test("x/tests/test_x.py", text)}
    assert found == {
        ("SR-001", ""),
        ("SR-005", "test_one_thing"),
        ("SR-007", "test_one_thing"),
        ("SR-008", "test_sr_008_and_sr009"),
        ("SR-009", "test_sr_008_and_sr009"),
        ("SR-011", "test_sr_008_and_sr009"),
        ("SR-012", ""),
    }


def test_scenario_proves_what_its_requirements_name_and_nothing_else():
    text = '# SR-001\ntitle = "SR-002"\nrequirements = ["SR-003", "SR-005 to SR-006"]\n'
    found = [(mention.id, mention.line) for mention in in_scenario("day.toml", text)]
    assert found == [("SR-003", 3), ("SR-005", 3), ("SR-006", 3)]


def test_places_of_a_requirement_are_shown(tree: Path, capsys: pytest.CaptureFixture[str]):
    assert trace(tree, "SR-002") == 0
    assert capsys.readouterr().out.splitlines() == [
        "SR-002 firmware/tests/test_rates.py:5 test_rate_is_steady",
        "SR-002 hil_tests/scenarios/day.toml:2",
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[SR-002]", "[SR-004]", "SR-004 stands where SR-002 should"),
        ('part = "hub"', 'part = "cellar"', "SR-003: part is one of firmware, hub"),
        ('where = ["hub/outbox.py"]', "", "SR-003: say where it is kept, or the issue that will"),
        ("hub/outbox.py", "hub/nothing.py", "SR-003: there is no hub/nothing.py"),
        ('part = "hub"', 'part = "out of scope"', "SR-003: say why it is out of scope"),
        ("A rate is steady.", "A rate is steady", "SR-002: text is one sentence"),
        ("ours =", "mine =", "SR-001: mine = '1 to 2 mL/h' is not understood"),
        ('"1 to 2 mL/h"', "2", "SR-001: ours = 2 is not understood"),
        ('title = "Rates"', "", "the chapter has no title"),
        ("[SR-001]", "[SR-001", "docs/requirements/rates.toml: "),
    ],
)
def test_requirements_that_are_not_as_they_should_be_end_with_code_2(
    tree: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, sentence: str
):
    replace(tree / "docs/requirements/rates.toml", old, new)
    assert trace(tree) == 2
    assert sentence in capsys.readouterr().err


def test_page_without_its_mark_ends_with_code_2(tree: Path, capsys: pytest.CaptureFixture[str]):
    (tree / "docs/TRACE.md").write_text("# Trace\n")
    assert trace(tree) == 2
    assert "docs/TRACE.md has lost its mark" in capsys.readouterr().err


def test_house_has_all_its_requirements_and_lists_only_firmware_as_missing():
    found = {
        each.id: each for chapter in read(ROOT, CHAPTERS, LAST) for each in chapter.requirements
    }
    assert len(found) == 125
    assert {name for name in NOT_YET if found[name].part != FIRMWARE} == set()
