"""What a run says: survivors that nobody accounts for, and entries of the list that account for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tools.mutate.campaign import Result
from tools.mutate.equivalent import Equivalent
from tools.mutate.mutants import Mutant


def key(mutant: Mutant) -> tuple[str, str, str, str]:
    """What an entry of the list has to say of a mutant."""
    return mutant.path, mutant.function, mutant.before, mutant.after


def unlisted(results: Iterable[Result], entries: Iterable[Equivalent]) -> list[Mutant]:
    """Survivors that stand in no entry, in the order of the files."""
    listed = {entry[:4] for entry in entries}
    left = [result.mutant for result in results if not result.killed_by]
    return sorted(
        (mutant for mutant in left if key(mutant) not in listed),
        key=lambda mutant: (mutant.path, mutant.edit),
    )


def list_errors(
    entries: Sequence[Equivalent], mutants: Iterable[Mutant], results: Iterable[Result]
) -> list[str]:
    """One sentence for each entry that does not belong into the list.

    mutants: every mutant there is, whether it ran or not. An entry that fits several (a line that stands twice in a function) needs one
    that survives; it is judged only if all of them ran.
    """
    there = Counter(key(mutant) for mutant in mutants)
    ran: Counter[tuple[str, ...]] = Counter()
    killers: dict[tuple[str, ...], list[str]] = {}
    for mutant, killed_by in results:
        ran[key(mutant)] += 1
        killers.setdefault(key(mutant), []).append(killed_by)
    errors = []
    for number, entry in enumerate(entries):
        name = f"{entry.path}, {entry.function}: {entry.before} becomes {entry.after}"
        fitting = entry[:4]
        if not entry.reason.strip():
            errors.append(f"{name}: the entry gives no reason")
        if any(earlier[:4] == fitting for earlier in entries[:number]):
            errors.append(f"{name}: the entry stands in the list twice")
        if not there[fitting]:
            errors.append(f"{name}: the entry fits no mutant any more; remove it")
        elif ran[fitting] == there[fitting] and all(killers[fitting]):
            killer = min(killers[fitting])
            errors.append(f"{name}: the entry is not needed, {killer} kills it; remove it")
    return errors


def score_lines(results: Iterable[Result]) -> list[str]:
    """Killed and total of each file, and of all."""
    total: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    for mutant, killed_by in results:
        for name in (mutant.path, "all"):
            total[name] += 1
            killed[name] += bool(killed_by)
    names = [*sorted(name for name in total if name != "all"), "all"]
    return [f"{killed[name]:>6} of {total[name]:>5}  {name}" for name in names if total[name]]
