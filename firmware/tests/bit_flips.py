"""One bit of one number falls over in a pump: which numbers there are, and what the pump makes of it. On the PC; `hil_tests.sweep` tells it in docs/FAULTS.md.

Every number that makes steps, ends them, limits them or remembers them is in PLACES. A flip has to be seen as fault MEMORY within a frame (a bucket
of a window with the next recount), or there is a reason why it need not be. Never may it give more steps than without it, but for one frame's.
"""

from firmware.safety import faults
from firmware.tests.pure_pump import PurePump, prescription
from shared.codes import Key, State

BITS = 31  # 0 to 30: a small integer of the chip
WATCH_FRAMES = 300
AFTER_FRAMES = 3
# The two rings of buckets are counted in turns, one a minute.
RECOUNT_FRAMES = 1_200
WARM_UP_FRAMES = 650  # a minute is closed: both rings hold something
_BUCKET_BITS = (0, 7, 15, 22, 30)
_ARRAY_BITS = {"h": 16, "i": BITS}


class Place:
    """Numbers of one owner (an attribute of the pump) that are guarded alike. frames: within these a flip is seen. state: of the pump meanwhile.

    unguarded: why a flip need not be seen; empty if it must be.
    """

    def __init__(self, owner, names, what, frames=1, state=State.RUNNING, unguarded=""):
        self.owner = owner
        self.names = names.split()
        self.what = what
        self.frames = frames
        self.state = state
        self.unguarded = unguarded


_ORDER = (
    "valid vtbi_steps hour_steps four_hour_steps day_steps max_frames lockout_frames max_boluses"
    " basal_steps_minute frame_steps phase_steps _seal"
)
_PROGRAMME = (
    "starts rates segment_count rate_of carry_unit max_floor_steps occlusion_pa vtbi_nl"
    " near_end_steps near_end_frames bag_steps bolus_steps lockout_frames _starts _rates _rate_of"
)
_SESSION = (
    "done_steps uncertain_steps frames reserved_steps"
    " _done_inverse _uncertain_inverse _frames_inverse _reserved_inverse"
)
_SUMS = (
    "hour_steps four_hour_steps day_steps minute_at quarter_at _minute_frames _quarter_frames"
    " _hour_inverse _four_hour_inverse _day_inverse _minute_at_inverse _quarter_at_inverse"
)
_COURSE = (
    "boluses clinician_boluses lockout_frames load_closed given"
    " _boluses_inverse _clinician_inverse _lockout_inverse _load_open _given _bolus_runs _bolus_rests"
)
_STATE = "state _state_inverse _came_from _came_inverse _clinician_waits _nobody_waits"
_AIR = "_bubble_limit_steps _window_limit_steps _bubble_inverse _window_inverse"

PLACES = (
    Place("order", _ORDER, "limits and budgets of the prescription, and their check value"),
    Place("programme", _PROGRAMME, "segments, rates and thresholds, and their copies"),
    Place("session", _SESSION, "totals of the prescription and their complements"),
    Place("windows", _SUMS, "sums and positions of the rolling windows"),
    Place("windows", "minutes quarters", "buckets of the rolling windows", RECOUNT_FRAMES),
    Place("course", _COURSE, "bolus counts, lockout, phases, and their copies"),
    Place("course", _COURSE, "the same, in a bolus", state=State.BOLUS),
    Place("delivery", _STATE, "the state, and where it leads back to"),
    Place("delivery", _STATE, "the same, paused", state=State.PAUSED),
    Place("delivery", _STATE, "the same of a bolus", state=State.BOLUS),
    Place("air", _AIR, "limits of air in the line"),
    Place(
        "session",
        "carry",
        "the part of a step that is owed",
        unguarded="less than a step, or more than the state's rate, which the gate refuses",
    ),
    Place(
        "delivery",
        "frames_in_state segment",
        "age of the state, segment that ran last",
        unguarded="they are told, and time out; they make no step",
    ),
    Place(
        "course",
        "intent due",
        "what waits to be stored",
        unguarded="nothing flows until it is stored, or it is stored once more",
    ),
    Place(
        "windows",
        "minute_closed quarter_closed closed_minute_steps closed_quarter_steps",
        "the bucket that waits to be stored",
        unguarded="it counts in the sums already; the memory holds one bucket too many",
    ),
    Place(
        "course",
        "bag_steps",
        "what the bag has given",
        unguarded="tells when the bag is empty; the volume has its own counters",
    ),
    Place(
        "programme",
        "pl_per_step",
        "volume of a step, as it is told",
        unguarded="steps come from `carry_unit`; this one is for the volumes that are shown",
    ),
    Place(
        "faults",
        "latched stopping",
        "latched faults",
        unguarded="a bit more stops the pump; none is cleared in a pump that runs",
    ),
    Place(
        "conditions",
        "active",
        "active alarms",
        unguarded="a bit more stops or rings; the next frame judges every cause anew",
    ),
)


def pump_in(state):
    """A pump of `pure_pump` in RUNNING, BOLUS or PAUSED, with more than a minute behind it. Its panel is not drawn: nobody looks."""
    pump = PurePump(prescription()).start()
    pump.slices.panel = _nothing
    pump.frame(WARM_UP_FRAMES)
    if state == State.BOLUS:
        pump.tap(Key.PENDANT)
        pump.frame(20)
    elif state == State.PAUSED:
        pump.tap(Key.STOP)
    assert pump.state == state
    return pump


def _nothing():
    pass


def shared_parts(pump):
    """What a copy of the pump shares with it: the dose memory is written and, without a restart, never read. For copy.deepcopy, which the PC has."""
    return {id(pump.board.fram): pump.board.fram}


def cells(pump, place):
    """(name, index or None, number of bits) of each number of a place."""
    owner = getattr(pump.pump, place.owner)
    found = []
    for name in place.names:
        value = getattr(owner, name)
        if type(value) is bool:
            found.append((name, None, 1))
        elif type(value) is int:
            found.append((name, None, BITS))
        else:
            bits = _ARRAY_BITS[value.typecode]
            found += [(name, index, bits) for index in range(len(value))]
    return found


def flip(pump, place, name, index, bit):
    """Turn one bit over. Twice is as if nothing had been."""
    owner = getattr(pump.pump, place.owner)
    value = getattr(owner, name)
    if index is None:
        setattr(owner, name, not value if type(value) is bool else value ^ (1 << bit))
    else:
        turned = value[index] ^ (1 << bit)
        if value.typecode == "h" and bit == 15:
            turned = value[index] ^ ~0x7FFF  # the sign
        value[index] = turned


class Result:
    """What all flips of one place have shown. numbers, flips: how many. slowest: frames until the last of them was seen. unseen: those that were not.

    ended: flips that ended the program in the frame, which the watchdog answers within a second. excess_steps: the most that any of them gave
    beyond what the pump gives without it.
    """

    def __init__(self):
        self.numbers = 0
        self.flips = 0
        self.slowest = 0
        self.unseen = []
        self.ended = 0
        self.excess_steps = 0


def sweep(place, well, copy_of):
    """Flip every bit of every number of a place, each in a copy of the pump `well`, made by `copy_of`.

    Of the buckets, which take a minute each, some bits of some.
    """
    result = Result()
    frames = WATCH_FRAMES if place.unguarded else place.frames
    without = steps_without(well, copy_of(well), frames + AFTER_FRAMES)
    names = set()
    for name, index, bits in cells(well, place):
        if place.frames == RECOUNT_FRAMES and index % 16 > 1:
            continue
        names.add((name, index))
        for bit in _BUCKET_BITS if place.frames == RECOUNT_FRAMES else range(bits):
            result.flips += 1
            sick = copy_of(well)
            flip(sick, place, name, index, bit)
            seen, ended, made = outcome(sick, frames)
            steps = sick.steps - well.steps
            result.ended += ended
            result.excess_steps = max(result.excess_steps, steps - without[made])
            if seen:
                result.slowest = max(result.slowest, seen)
            else:
                result.unseen.append((name, index, bit))
    result.numbers = len(names)
    return result


def steps_without(well, pump, frames):
    """Steps after 0, 1, 2 ... frames without any flip. pump: a copy of `well`."""
    made = [0]
    for _ in range(frames):
        pump.frame()
        made.append(pump.steps - well.steps)
    return made


def outcome(sick, frames):
    """(frames until the flip was seen or None, whether it ended the program, frames made), in at most `frames` and a few after it was seen."""
    made = 0
    try:
        while made < frames and not sick.pump.faults.latched >> faults.MEMORY & 1:
            sick.frame()
            made += 1
        seen = made if sick.pump.faults.latched >> faults.MEMORY & 1 else None
        for _ in range(AFTER_FRAMES if seen else 0):
            sick.frame()
            made += 1
    except (IndexError, ValueError):
        # It pointed beyond a table: on the chip the program ends here, and nothing moves any more.
        return made + 1, True, made + 1
    return seen, False, made
