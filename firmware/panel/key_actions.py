"""Numbers between the keys, the screens and the pump: what a person asked for, where they are, and what they are told for a moment."""


class Action:
    """What the keys of one frame ask for. The pump may still refuse it; nothing here moves a motor."""

    NONE = 0
    STOP = 1  # always, from any page, keys locked or not
    STOP_LONG = 2  # STOP held for 3 s while paused: the pause ends in STOPPED
    START = 3
    SILENCE = 4  # always, keys locked or not
    ACKNOWLEDGE = 5  # OK on the alarm that is on the glass, keys locked or not
    BOLUS = 6  # the pendant went down, keys locked or not
    CLINICIAN_BOLUS = 7  # behind the clinician's code
    UNLOCK_ALERT = 8  # behind the clinician's code (SR-095)
    PRIME_CONFIRM = 9  # a person said that the line is off the patient (SR-056)
    PRIME_BEGIN = 10
    PRIME_END = 11
    NEW_BAG = 12
    LOCK_KEYS = 13
    UNLOCK_KEYS = 14
    CODE_TRY = 15


class Notice:
    """A word or two at the foot of a screen."""

    NONE = 0
    KEYS_LOCKED = 1
    WRONG_CODE = 2
    CODE_LOCKED = 3  # three wrong codes in a row
    NOT_NOW = 4  # the pump refused what was asked for


class Page:
    HOME = 0  # item: Info
    MENU = 1  # item: pages.Item
    PRIME_ASK = 2
    PRIME_READY = 3
    NEW_BAG_ASK = 4
    CODE = 5  # item: digit 0 to 3
    CODE_WAIT = 6
    CLINICIAN = 7  # item: pages.Item
    CLINICIAN_ASK = 8


class Info:
    """Information pages of HOME, in the order of the DOWN key."""

    MAIN = 0
    VOLUME = 1
    TIME = 2
    BOLUS = 3
    NEXT = 4
    POWER = 5
    VERSIONS = 6
    COUNT = 7
