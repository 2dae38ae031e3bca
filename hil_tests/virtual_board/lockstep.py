"""Time and the exchange with the rig. The only place where simulated time moves.

`elapsed_us` counts from power-on. A sleep sends what the board does meanwhile, waits for the rig and takes over the senses at its end. Sleeps under
1 ms only add up until a millisecond is full. Parts register themselves: a reporter fills its words of the request, a tail sends the bytes behind it,
a listener hears that new senses came. No call here allocates.
"""

import array
import os
import sys

from words import (
    FLAG_WATCHDOG,
    KIND_CUT,
    KIND_RESET,
    KIND_SLEEP,
    REP_CUT_AT_WRITE,
    REP_CUT_PERMILLE,
    REP_INTERVAL_US,
    REQ_FLAGS,
    REQ_I2C_NACKS,
    REQ_INTERVAL_US,
    REQ_KIND,
    REQ_LOAD_MA,
    REQ_RESET_CAUSE,
    REQ_STORE_WRITES,
    STEP_LIMIT_US,
    WDT_RESET,
    WORDS,
)  # fmt: skip

SHORTEST_US = 10  # a sleep of nothing still takes this: polling loops must come to an end
EXCHANGE_US = 1_000
BOARD_MA = 20

request = array.array("i", [0] * WORDS)
senses = array.array("i", [0] * WORDS)
reporters = []
tails = []
listeners = []
elapsed_us = 0
watchdog_timeout_us = 0
watchdog_deadline_us = 0
store_writes = 0
cut_at_write = 0
i2c_nacks = 0
uart = None
_pending_us = 0  # slept, not yet told to the rig
_pipe_in = None
_pipe_out = None


def connect():
    """Open the pipes the rig handed down and take the first senses."""
    global _pipe_in, _pipe_out
    _pipe_in = open("/dev/fd/" + os.getenv("VIGIL_PIPE_IN"), "rb")  # noqa: SIM115
    _pipe_out = open("/dev/fd/" + os.getenv("VIGIL_PIPE_OUT"), "wb")  # noqa: SIM115
    _receive()


def sleep_us(us):
    """Let `us` microseconds pass. A watchdog that runs out on the way resets the board."""
    global _pending_us, elapsed_us
    if us <= 0:
        us = SHORTEST_US
    target_us = elapsed_us + us
    while elapsed_us < target_us:
        part_us = target_us - elapsed_us
        if part_us > STEP_LIMIT_US - _pending_us:
            part_us = STEP_LIMIT_US - _pending_us
        if watchdog_timeout_us:
            left_us = watchdog_deadline_us - elapsed_us
            if left_us <= 0:
                reset(WDT_RESET)
            if part_us > left_us:
                part_us = left_us
        if _pending_us + part_us < EXCHANGE_US:
            _pending_us += part_us
            elapsed_us += part_us
        else:
            _exchange(part_us)
    if watchdog_timeout_us and elapsed_us >= watchdog_deadline_us:
        reset(WDT_RESET)


def watchdog_start(timeout_us):
    global watchdog_timeout_us
    watchdog_timeout_us = timeout_us
    watchdog_feed()


def watchdog_feed():
    global watchdog_deadline_us
    watchdog_deadline_us = elapsed_us + watchdog_timeout_us


def reset(cause):
    """Ask the rig for a restart; this interpreter ends here."""
    request[REQ_RESET_CAUSE] = cause
    _leave(KIND_RESET)


def store_operation():
    """Count one write to flash or FRAM. True: power fails within this one; write only `cut_share(n)` bytes, then call `cut()`."""
    global store_writes, cut_at_write
    store_writes += 1
    if cut_at_write == 0:
        return False
    cut_at_write -= 1
    return cut_at_write == 0


def cut_share(length):
    return length * senses[REP_CUT_PERMILLE] // 1000


def cut():
    """Power fails now."""
    _leave(KIND_CUT)


def _leave(kind):
    request[REQ_KIND] = kind
    _pipe_out.write(request)
    while _pipe_in.readinto(senses):
        pass
    sys.exit()


def _exchange(part_us):
    global _pending_us, elapsed_us
    interval_us = _pending_us + part_us
    end_us = elapsed_us + part_us
    request[REQ_KIND] = KIND_SLEEP
    request[REQ_INTERVAL_US] = interval_us
    request[REQ_FLAGS] = FLAG_WATCHDOG if watchdog_timeout_us else 0
    request[REQ_LOAD_MA] = BOARD_MA
    request[REQ_STORE_WRITES] = store_writes
    request[REQ_I2C_NACKS] = i2c_nacks
    for reporter in reporters:
        reporter.report(request, end_us)
    _pipe_out.write(request)
    for tail in tails:
        tail.send(_pipe_out)
    _receive()
    elapsed_us += senses[REP_INTERVAL_US] - _pending_us
    _pending_us = 0
    for listener in listeners:
        listener.sensed(senses)


def _receive():
    global cut_at_write
    if not _pipe_in.readinto(senses):
        sys.exit()
    if senses[REP_CUT_AT_WRITE]:
        cut_at_write = senses[REP_CUT_AT_WRITE]
    for tail in tails:
        tail.receive(_pipe_in, senses)
