"""Tables in docs/ are made from code, and a stale one is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared import alarm_table, names
from tools import gen_docs

PAGE = """# Title

Words before, kept.

<!-- made from shared/codes.py: Key -->
| old | table |
<!-- end -->

Words after, kept.
"""


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one page of its own and the house's real codes."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "shared").symlink_to(gen_docs.ROOT / "shared")
    monkeypatch.setattr(gen_docs, "ROOT", tmp_path)
    return tmp_path / "docs"


def test_pages_of_the_tree_are_up_to_date():
    assert gen_docs.stale_pages(gen_docs.ROOT / "docs") == {}


def test_stale_page_fails_the_check_and_is_not_written(
    docs: Path, capsys: pytest.CaptureFixture[str]
):
    (docs / "CODES.md").write_text(PAGE)
    assert gen_docs.main(["--check"]) == 1
    assert "docs/CODES.md is stale" in capsys.readouterr().err
    assert (docs / "CODES.md").read_text() == PAGE


def test_written_page_keeps_its_words_and_passes_the_check(docs: Path):
    (docs / "CODES.md").write_text(PAGE)
    assert gen_docs.main([]) == 0
    text = (docs / "CODES.md").read_text()
    assert text.startswith("# Title\n\nWords before, kept.\n\n<!-- made from")
    assert text.endswith("<!-- end -->\n\nWords after, kept.\n")
    assert "| 5 | `SILENCE` | SILENCE |  |\n" in text
    assert "old" not in text
    assert gen_docs.main(["--check"]) == 0


def test_mark_that_nothing_makes_is_refused(docs: Path, capsys: pytest.CaptureFixture[str]):
    (docs / "X.md").write_text(PAGE.replace("shared/codes.py", "shared/nothing.py"))
    assert gen_docs.main([]) == 2
    assert "nothing makes a table from shared/nothing.py" in capsys.readouterr().err


def test_class_that_is_not_there_is_refused(docs: Path, capsys: pytest.CaptureFixture[str]):
    (docs / "X.md").write_text(PAGE.replace(": Key", ": Keys"))
    assert gen_docs.main([]) == 2
    assert "no class Keys" in capsys.readouterr().err


def test_every_alarm_has_its_row():
    rows = gen_docs.alarms_table().splitlines()[2:]
    assert len(rows) == alarm_table.COUNT
    for row, alarm in zip(rows, alarm_table.ROWS, strict=True):
        assert row.startswith(f"| {alarm[0]} | `{alarm[1]}` |")
        assert alarm_table.PRIORITY_NAMES[alarm[2]] in row


def test_every_number_of_a_class_has_its_row_with_its_words():
    source = (gen_docs.ROOT / "shared/codes.py").read_text()
    numbers = {number for _, number, _ in gen_docs.constants(source, "Reason")}
    assert numbers == set(names.REASONS)
    table = gen_docs.codes_table("Reason")
    assert all(f"| {words} |" in table for words in names.REASONS.values())


def test_pipe_in_a_cell_does_not_split_it():
    assert gen_docs.table(("a",), [("x | y",)]).splitlines()[2] == "| x \\| y |"
