"""Pin maps and peripherals, one board a file. The only place with pin numbers.

May import: `firmware.drivers`, `machine`, `esp32`. May not import: therapy, alarms, panel, link, storage.

`current()` builds the board this firmware runs on. There is one board today; a second one is chosen here by `sys.implementation._machine`, and nothing else
of the firmware changes.
"""


def current():
    """The board's devices as one object (see `firmware.boards.esp32s3.Board`)."""
    import gc

    from firmware.boards import esp32s3

    # Compiling the modules above leaves the heap in pieces; the buffers made below need whole ones.
    gc.collect()
    return esp32s3.build()
