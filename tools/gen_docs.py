"""Write the tables in docs/ that are made from code: `make docs`. With --check only say whether they are up to date.

A generated table stands between `<!-- made from FILE: NAME -->` and `<!-- end -->`; the text around it is written by
hand and kept. Sources: the alarm table and the codes of shared/, the settings of hub and clinic
(docs_settings.py), the drug library (docs_drugs.py), the rules of the MicroPython dialect and the
make targets. Exit 0 up to date or written, 1 stale under
--check, 2 a page has a mark that nothing makes.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Callable
from pathlib import Path

from shared import alarm_sentences, alarm_table, names
from tools import docs_drugs, docs_safety, docs_settings
from tools.check_upy import RULES

ROOT = Path(__file__).resolve().parent.parent
MAKE_TARGET = re.compile(r"^([a-z-]+):.*?## (.+)$", re.MULTILINE)
MARK = re.compile(r"(<!-- made from (\S+): (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


# Words for the constants of a class of shared/codes.py: by number, or the number is the index.
WORDS: dict[str, dict[int, str] | tuple[str, ...]] = {
    "State": names.STATES,
    "Stage": names.STAGES,
    "Key": names.KEYS,
    "Command": names.COMMANDS,
    "Reason": names.REASONS,
    "Event": names.EVENTS,
}


class DocsError(Exception):
    """A sentence for a person."""


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table. A pipe in a cell is escaped, an empty cell stays empty."""
    lines = [header, tuple("---" for _ in header), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


REACTIONS = {
    alarm_table.STOP: "stops",
    alarm_table.KVO: "stops, or KVO",
    alarm_table.RUN: "goes on",
}


def alarms_table() -> str:
    """One row an alarm, in the order of its id."""
    rows = []
    for alarm in alarm_table.ROWS:
        (
            number,
            name,
            priority,
            reaction,
            latched,
            screen,
            advice,
            inhibits,
            escalates_s,
            signal,
        ) = alarm
        rows.append(
            (
                str(number),
                f"`{name}`",
                alarm_table.PRIORITY_NAMES[priority],
                REACTIONS[reaction],
                "latched" if latched else "",
                "no" if inhibits else "",
                f"{escalates_s // 60} min" if escalates_s else "",
                "chime" if signal == alarm_table.CHIME else "",
                " ".join(part for part in screen if part),
                " ".join(part for part in advice if part),
                alarm_sentences.SENTENCES[number],
                alarm_sentences.REQUIREMENTS[number],
            )
        )
    header = ("Id", "Name", "Priority", "Delivery", "", "Bolus", "Escalates after", "Signal")
    return table((*header, "On the pump", "What to do", "At the clinic", "Requirements"), rows)


def constants(source: str, class_name: str) -> list[tuple[str, int, str]]:
    """(name, number, comment on the same line) of each constant of a class, in the order of the source."""
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            break
    else:
        raise DocsError(f"shared/codes.py has no class {class_name}")
    found = []
    for item in node.body:
        match item:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Constant(value=int(number)), lineno=line
            ):
                comment = lines[line - 1].partition("#")[2].strip()
                found.append((name, number, comment))
    return found


def codes_table(class_name: str) -> str:
    """Number, name, the words for people where there are any, and the note of the source."""
    source = (ROOT / "shared" / "codes.py").read_text()
    found = constants(source, class_name)
    of_class = WORDS.get(class_name, {})
    words = dict(enumerate(of_class)) if isinstance(of_class, tuple) else of_class
    rows = [
        (str(number), f"`{name}`", words.get(number, ""), note) for name, number, note in found
    ]
    return table(("Number", "Name", "In words", "Note"), rows)


def settings_table(model_name: str) -> str:
    """One row a setting of hub or clinic."""
    if model_name not in docs_settings.MODELS:
        raise DocsError(f"there are no settings {model_name}")
    try:
        return table(docs_settings.HEADER, docs_settings.rows(model_name))
    except docs_settings.SettingsError as error:
        raise DocsError(str(error)) from None


def rules_table() -> str:
    """One row a rule of the MicroPython dialect."""
    rows = sorted((rule.id, rule.sentence, rule.instead) for rule in RULES)
    return table(("Rule", "What it finds", "Instead"), rows)


def make_targets_table() -> str:
    """One row a target with a word of help, in the order of the Makefile."""
    found = MAKE_TARGET.findall((ROOT / "Makefile").read_text())
    return table(("Command", "What"), [(f"`make {name}`", words) for name, words in found])


def make_table(source: str, name: str) -> str:
    """The table that a mark asks for."""
    makers: dict[str, Callable[[], str]] = {
        "shared/alarm_table.py": alarms_table,
        "shared/codes.py": lambda: codes_table(name),
        "shared/drug_profiles_infusions.py": lambda: table(
            *docs_drugs.library_rows(ROOT / source)
        ),
        "shared/drug_profiles_pca.py": lambda: table(*docs_drugs.library_rows(ROOT / source)),
        "shared/ceilings.py": lambda: table(*docs_drugs.ceiling_rows()),
        "shared/prescription.py": lambda: table(*docs_drugs.bound_rows()),
        "firmware/safety/limits.py": lambda: table(*docs_safety.limit_rows(ROOT / source)),
        "firmware/safety/faults.py": lambda: table(*docs_safety.fault_rows(ROOT / source)),
        "hub/config.py": lambda: settings_table(name),
        "clinic/config.py": lambda: settings_table(name),
        "tools/check_upy.py": rules_table,
        "Makefile": make_targets_table,
    }
    if source not in makers:
        raise DocsError(f"nothing makes a table from {source}")
    return makers[source]()


def render(page: str) -> str:
    """The page with every generated table made anew. Everything else is kept byte for byte."""
    return MARK.sub(lambda mark: mark[1] + make_table(mark[2], mark[3]) + mark[5], page)


def stale_pages(folder: Path) -> dict[Path, str]:
    """Pages whose tables differ from the code, with what they should hold."""
    stale = {}
    for path in sorted(folder.glob("*.md")):
        page = path.read_text()
        fresh = render(page)
        if fresh != page:
            stale[path] = fresh
    return stale


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.gen_docs")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    options = parser.parse_args(arguments)
    try:
        stale = stale_pages(ROOT / "docs")
    except DocsError as error:
        print(f"docs: {error}", file=sys.stderr)
        return 2
    for path, fresh in stale.items():
        if options.check:
            print(f"docs: {path.relative_to(ROOT)} is stale: run make docs", file=sys.stderr)
        else:
            path.write_text(fresh)
            print(f"docs: wrote {path.relative_to(ROOT)}")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
