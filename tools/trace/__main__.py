"""Command line of `make trace`.

    python -m tools.trace             write docs/TRACE.md, and say what is missing
    python -m tools.trace --check     write nothing; a page that differs is missing something too
    python -m tools.trace SR-043      where a requirement is named

Exit 0 if nothing is missing, 1 if something is, 2 if docs/requirements/ or an argument is not what it should be.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.trace import gaps, page
from tools.trace.mentions import Mention, all_mentions
from tools.trace.not_yet import NOT_YET
from tools.trace.requirements import CHAPTERS, LAST, RequirementError, read

ROOT = Path(__file__).resolve().parents[2]
PAGE = "docs/TRACE.md"


def places(ids: Sequence[str], mentions: Sequence[Mention]) -> list[str]:
    """One line for each place where one of the requirements is named."""
    return [
        f"{mention.id} {mention.path}:{mention.line} {mention.test}".rstrip()
        for name in ids
        for mention in mentions
        if mention.id == name
    ]


def judge(
    root: Path, check: bool, not_yet: Mapping[str, str], names: Sequence[str], last: int
) -> list[str]:
    """Write the page unless only asked to check. What is missing, as sentences."""
    chapters = read(root, names, last)
    requirements = [each for chapter in chapters for each in chapter.requirements]
    mentions = all_mentions(root)
    missing = gaps.unknown(requirements, mentions)
    missing += gaps.untested(requirements, mentions, not_yet)
    path = root / PAGE
    held = path.read_text()
    if not page.MARK.search(held):
        raise RequirementError(f"{PAGE} has lost its mark <!-- made by tools.trace -->")
    fresh = page.render(held, page.tables(chapters, mentions, not_yet))
    if fresh != held and check:
        missing.append(f"{PAGE} is stale: run make trace")
    elif fresh != held:
        path.write_text(fresh)
        print(f"trace: wrote {PAGE}")
    return missing


def main(
    arguments: list[str],
    root: Path = ROOT,
    not_yet: Mapping[str, str] = NOT_YET,
    chapters: Sequence[str] = CHAPTERS,
    last: int = LAST,
) -> int:
    """root, not_yet, chapters, last: for another tree than the house's own."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.trace",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("ids", nargs="*", metavar="SR-000", help="show where these are named")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    options = parser.parse_args(arguments)
    if options.ids:
        print("\n".join(places(options.ids, all_mentions(root))))
        return 0
    try:
        missing = judge(root, options.check, not_yet, chapters, last)
    except RequirementError as error:
        print(f"trace: {error}", file=sys.stderr)
        return 2
    for sentence in missing:
        print(f"trace: {sentence}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
