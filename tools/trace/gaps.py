"""What is missing between requirements, code and tests, one sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tools.trace.mentions import Mention
from tools.trace.requirements import FIRMWARE, Requirement


def unknown(requirements: Iterable[Requirement], mentions: Iterable[Mention]) -> list[str]:
    """Mentions of what is no requirement."""
    known = {requirement.id for requirement in requirements}
    return [
        f"{mention.path}:{mention.line}: {mention.id} is no requirement"
        for mention in mentions
        if mention.id not in known
    ]


def untested(
    requirements: Iterable[Requirement],
    mentions: Iterable[Mention],
    not_yet: Mapping[str, str],
) -> list[str]:
    """Requirements of the firmware without a test, and entries of `not_yet` that are not needed."""
    tested = {mention.id for mention in mentions if mention.is_test}
    of_firmware = {each.id: each for each in requirements if each.part == FIRMWARE}
    sentences = [
        f"{name}: no test names it: {requirement.text}"
        for name, requirement in of_firmware.items()
        if name not in tested and name not in not_yet
    ]
    for name, reason in not_yet.items():
        entry = f"tools/trace/not_yet.py: {name}"
        if name not in of_firmware:
            sentences.append(f"{entry} is no requirement of the firmware; remove it")
        elif name in tested:
            sentences.append(f"{entry} has its test; remove it")
        elif not reason.strip():
            sentences.append(f"{entry} has no reason")
    return sentences
