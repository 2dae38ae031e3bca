"""The demo that `make run` shows: three patients, three pumps, two signatures each, one blocked line.

- people.py   who and what: users, patients, pumps, orders, as data
- prepare.py  before the pumps start: keys, provisioned flash, accounts, enrolment; each only if it is not there yet
- desk.py     the clinic's API as a prescriber and a checker use it
- begin.py    prescribe, sign twice, send; read and confirm at the pump's keys; start; after a minute block one line
- __main__.py `python -m tools.demo prepare | begin`

Nothing here goes round the real path: prescriptions are checked by the clinic, signed with the clinicians' own keys, verified by the pump,
and confirmed with its keys. May import anything; nobody imports it but tools.
"""
