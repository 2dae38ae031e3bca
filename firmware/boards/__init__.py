"""Pin maps and peripherals, one board a file. The only place with pin numbers.

May import: `firmware.drivers`, `machine`, `esp32`. May not import: therapy, alarms, panel, link, storage.

`current()` builds the board this firmware runs on. There is one board today; a second one is chosen here by `sys.implementation._machine`, and nothing else
of the firmware changes.
"""


def current():
    """The board's devices as one object (see `firmware.boards.esp32s3.Board`)."""
    from firmware.boards import esp32s3

    return esp32s3.build()
