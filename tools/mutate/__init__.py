"""Mutation testing of the code that has the last word: `make mutate`, or `python -m tools.mutate`.

Each mutant is one small wrong change (< for <=, a number off by one, a statement left out). The tests must notice every one. A mutant
that no test notices is a survivor: a test is missing, or the change means nothing and stands in `equivalent.py` with its reason.

Our own runner, because no library fits. The code is a dialect for two interpreters and its tests are plain functions without pytest,
which are over in a second, so that starting a test runner for each mutant would cost a hundred times what the tests cost. And the
limits stand in tables, where a wrong priority or reaction is a mutant that general tools do not know.

- targets.py    which files are changed and which tests have to notice
- source.py     positions in a file's text
- operators.py  the small wrong changes, as tables
- mutants.py    every mutant of a file, as edits of its text at exact places
- forks.py      work in forked children, a few at a time
- child.py      one mutant against the tests, in a process of its own
- campaign.py   all mutants; which test has killed which
- equivalent.py survivors that are no gap, each with its reason; may only shrink
- verdict.py    what is left over, in words

May import tools.plain_tests and the standard library. Nothing of the house: what is mutated must be loaded in the child and nowhere else.
"""
