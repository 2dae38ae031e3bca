"""Requirement, code and test, and whether one of them is missing: `make trace`, or `python -m tools.trace`.

A requirement SR-001 to SR-125 stands once, in our words, in docs/requirements/. Code and tests name its number in a docstring, a
comment or the name of a test. This tool finds the names, writes docs/TRACE.md, and fails if firmware has a requirement without a test.

- requirements.py reads docs/requirements/*.toml
- mentions.py     finds numbers in text and in files
- gaps.py         what is missing, in sentences
- page.py         the tables of docs/TRACE.md
- not_yet.py      requirements whose tests are still missing; may only shrink

May import the standard library and tools.gen_docs.
"""
