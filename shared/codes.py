"""Every number that stands on a wire or in a log. Words for them are in names.py: text for people is made at the edge, never sent.

A number is never reused and never changes its meaning. Names end in what they are used for: see docs/PROTOCOL.md.
"""

PROTOCOL_VERSION = 1
NO_FIELD = -1  # third argument of a refused prescription: no single field is at fault


class State:
    """What the pump is doing. One at a time."""

    STOPPED = 0  # no delivery; a prescription may be loaded, a person must press START
    RUNNING = 1  # the prescribed basal rate
    PAUSED = 2  # a person paused; rate 0; START resumes
    ALARM = 3  # a stop-level condition is or was active; rate 0; acknowledge, cure, then START
    COMPLETE = 4  # VTBI or time reached; rate 0
    FAULT = 5  # a latched fault; rate 0; needs service
    CONFIRMING = 6  # a new prescription waits for a person to confirm it; rate 0
    BOLUS = 7  # a patient bolus, at its own rate; then RUNNING
    LOADING = 8  # the loading dose, at its own rate; then RUNNING
    CLINICIAN_BOLUS = 9  # a bolus that a clinician started at the pump; then RUNNING
    KVO = 10  # keep vein open: the prescription asked for it and the infusion is complete
    PRIMING = 11  # the line is filled, off the patient, while OK is held


def _bits(states):
    mask = 0
    for state in states:
        mask |= 1 << state
    return mask


STATE_COUNT = 12
# The motor may move in these, and only in these.
INTO_PATIENT_MASK = _bits(
    (State.RUNNING, State.BOLUS, State.LOADING, State.CLINICIAN_BOLUS, State.KVO)
)
DELIVERING_MASK = INTO_PATIENT_MASK | 1 << State.PRIMING


class Link:
    """Kinds of link frames."""

    HELLO = 1
    WELCOME = 2
    RECORD = 3
    STORED = 4
    COMMAND = 5
    PING = 6
    PONG = 7


class Urgency:
    """Order hint for couriers. Not trusted, not sealed."""

    ROUTINE = 0
    EVENT = 1
    ALARM = 2


class Body:
    """First element of every sealed body."""

    TELEMETRY = 1
    EVENT = 2
    COMMAND_BOX = 3
    RECEIPT = 4


class Uplink:
    """Kinds of the clinic's messages to a hub."""

    RECEIPT = 1
    COMMAND = 2


class Command:
    READ = 1
    STOP = 2
    PRESCRIPTION = 4


class Stage:
    """How far a command came. ACTIVE, REFUSED and UNKNOWN are final."""

    VERIFIED = 1
    SHOWN = 2
    CONFIRMED = 3
    ACTIVE = 4
    REFUSED = 5
    UNKNOWN = 6


class Reason:
    """Why something was refused. 0 is no refusal."""

    NONE = 0
    MALFORMED = 1  # not canonical, wrong type, unknown field, trailing bytes
    FORGED = 2  # tag or key does not fit
    REPLAYED = 3  # sequence not above the last one, or command id seen
    SEQUENCE_JUMP = 4  # more than 65,536 above the last one
    STALE_CHALLENGE = 5  # challenge unknown, used or older than 600 s
    WRONG_PUMP = 6
    UNKNOWN_KIND = 7
    SIGNATURES = 8  # missing, forged, unknown key, wrong role or one person twice
    WRONG_VERSION = 9  # not current + 1
    WRONG_PREDECESSOR = 10  # does not replace what the pump runs
    NOT_CONFIRMED = 11  # nobody confirmed in time
    DECLINED = 12  # a person said no at the pump
    BUSY = 13  # delivering, or another prescription waits
    FIELD_RANGE = 20  # a field outside its type's range
    UNKNOWN_PROFILE = 21
    DRUG_MISMATCH = 22
    CONCENTRATION = 23
    WEIGHT = 24
    RATE_HARD_LIMIT = 25
    RATE_PER_KG_HARD_LIMIT = 26
    HOUR_HARD_LIMIT = 27
    DAY_HARD_LIMIT = 28
    DURATION_HARD_LIMIT = 29
    VTBI_HARD_LIMIT = 30
    NOT_SUPPORTED = 31  # boluses, several segments, delayed start: not in this version
    LIBRARY_VERSION = 32
    FOUR_HOUR_HARD_LIMIT = 33
    BOLUS_HARD_LIMIT = 34
    LOCKOUT_HARD_LIMIT = 35
    LOAD_HARD_LIMIT = 36
    RAMP_HARD_LIMIT = 37
    MIN_TIME_HARD_LIMIT = 38
    KVO_HARD_LIMIT = 39
    STORAGE = 40  # could not be stored
    SOFT_LIMIT = 41  # outside a soft limit without a recorded reason
    # refusals of the gate
    NO_PRESCRIPTION = 50
    NOT_RUNNING = 51
    INTERLOCK = 52  # an active condition stops delivery
    STEP_CEILING = 53  # more steps than any rate allows in one frame
    HOUR_LIMIT_REACHED = 54
    DAY_LIMIT_REACHED = 55
    VTBI_REACHED = 56
    DOSE_MEMORY = 57  # the dose ring could not take the reservation
    NO_WITNESS = 58  # a sensor that must be read was not
    FOUR_HOUR_LIMIT_REACHED = 59
    PHASE_SPENT = 60  # the volume of this bolus, load, KVO or prime has been given
    MEMORY = 61  # a dose-critical number and its copy differ
    NOT_CONNECTED = 62  # priming, and nobody has confirmed that the line is off the patient
    # refusals of a bolus
    NOT_PRESCRIBED = 70
    LOCKOUT = 71  # the lockout from the end of the last bolus still runs
    BOLUS_COUNT = 72  # as many as were prescribed have been given
    INHIBITED = 73  # an active condition forbids a bolus
    # refusals of a person at the pump
    KEYS_LOCKED = 80  # child lock
    WRONG_CODE = 81
    SET_OPEN = 82  # door, cassette or bag


class Event:
    """Codes of the event journal, with the meaning of their arguments."""

    BOOT = 1  # reset cause, firmware version
    STATE_CHANGED = 2  # from, to, why (Reason or Key)
    ALARM_RAISED = 3  # alarm id, value
    ALARM_CLEARED = 4  # alarm id
    ALARM_ACKNOWLEDGED = 5  # alarm id
    ALARM_SILENCED = 6  # seconds
    RX_RECEIVED = 7  # version
    RX_CONFIRMED = 8  # version
    RX_ACTIVE = 9  # version
    RX_REFUSED = 10  # version, reason, field
    COMMAND_DONE = 11  # kind, sequence
    COMMAND_REFUSED = 12  # kind or 0, reason
    START_PRESSED = 13
    STOP_PRESSED = 14
    DELIVERY_COMPLETE = 15  # steps delivered
    TOTAL_UNCERTAIN = 16  # min steps, max steps
    FAULT_LATCHED = 17  # fault bit, value
    LIMIT_REFUSED = 18  # reason, wanted, allowed
    LINK_LOST = 19
    LINK_BACK = 20  # seconds away
    FRAME_OVERRUN = 21  # ms
    RECORDS_DROPPED = 22  # how many telemetry samples
    BOLUS_GRANTED = 23  # state (BOLUS or CLINICIAN_BOLUS), steps
    BOLUS_REFUSED = 24  # state, reason, seconds of lockout left
    PHASE_ENDED = (
        25  # state, steps given in it, why (Reason; 0 if a person or a condition ended it)
    )
    SEGMENT_BEGUN = 26  # index, nL/h
    PRIME_CONFIRMED = 27  # a person said that the line is off the patient
    ALARM_ESCALATED = 28  # alarm id, new priority, acknowledgements
    SOFT_LIMIT_OVERRIDDEN = 29  # version, field number, reason of the override
    KEYS_LOCKED = 30
    KEYS_UNLOCKED = 31
    CODE_REFUSED = 32  # how many in a row
    CODE_ACCEPTED = 33
    FAULT_MASKED = 34  # fault bit, count: seen and tolerated (SR-075)
    SELFTEST_FAILED = 35  # number of the check
    DOSE_NEAR_LIMIT = 36  # reason (which window), steps, limit
    BAG_CHANGED = 37
    VERSIONS = 38  # firmware, drug library, settings format


class Role:
    """What a signing key may do. One person has one key in one role per clinic."""

    PRESCRIBER = 1
    CHECKER = 2


class Key:
    """Keys of the pump's panel, bit numbers of the debounced mask."""

    STOP = 0
    START = 1
    OK = 2
    UP = 3
    DOWN = 4
    SILENCE = 5
    PENDANT = 6  # the patient's bolus button, on its own cable


class Override:
    """Why a prescriber went outside a soft limit. Signed with the prescription and journalled at the pump (SR-098)."""

    CLINICAL_RESPONSE = 1  # the usual dose has not been enough
    TOLERANCE = 2  # earlier exposure to the drug
    WEANING = 3
    SPECIALIST_ADVICE = 4
    PROTOCOL = 5  # an approved protocol of the site


class PatientClass:
    """Which code-level ceilings apply (SR-031)."""

    ADULT = 1
    FRAIL_ADULT = 2
