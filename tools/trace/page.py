"""The tables of docs/TRACE.md, between their two marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from tools.gen_docs import table
from tools.trace.mentions import Mention
from tools.trace.requirements import PARTS, Chapter, Requirement

MARK = re.compile(r"(<!-- made by tools\.trace -->\n)(.*?)(<!-- end -->)", re.DOTALL)
HEADER = ("Requirement", "In our words", "Our number", "Part", "Code", "Evidence")


def link(path: str) -> str:
    """A file by its short name. The page stands in docs/."""
    return f"[{PurePosixPath(path).stem}](../{path})"


def links(paths: Iterable[str]) -> str:
    return ", ".join(link(path) for path in sorted(set(paths)))


def row(
    requirement: Requirement, mentions: Sequence[Mention], not_yet: Mapping[str, str]
) -> tuple[str, ...]:
    code = [mention.path for mention in mentions if not mention.is_test]
    evidence = [links(mention.path for mention in mentions if mention.is_test)]
    if requirement.id in not_yet:
        evidence.append(f"not yet: {not_yet[requirement.id]}")
    if requirement.issue:
        evidence.append(f"issue {requirement.issue}")
    evidence.append(requirement.why)
    return (
        requirement.id,
        requirement.text,
        f"[{requirement.ours}]" if requirement.ours else "",
        requirement.part,
        links([*code, *requirement.where]),
        "; ".join(words for words in evidence if words),
    )


def summary(requirements: Sequence[Requirement], mentions: Iterable[Mention]) -> str:
    """How many requirements each part has, and how many of them a test names."""
    tested = {mention.id for mention in mentions if mention.is_test}
    rows = []
    for part in PARTS:
        own = [requirement.id for requirement in requirements if requirement.part == part]
        named = sum(name in tested for name in own)
        rows.append((part, str(len(own)), str(named)))
    return table(("Part", "Requirements", "Named by a test"), rows)


def tables(
    chapters: Sequence[Chapter], mentions: Sequence[Mention], not_yet: Mapping[str, str]
) -> str:
    """The whole generated part."""
    requirements = [each for chapter in chapters for each in chapter.requirements]
    parts = [summary(requirements, mentions)]
    for chapter in chapters:
        rows = [
            row(each, [mention for mention in mentions if mention.id == each.id], not_yet)
            for each in chapter.requirements
        ]
        parts.append(f"## {chapter.title}\n\n{table(HEADER, rows)}")
    return "\n" + "\n".join(parts) + "\n"


def render(page: str, made: str) -> str:
    """The page with its generated part made anew; the words around it are kept."""
    return MARK.sub(lambda mark: mark[1] + made + mark[3], page)
