"""What the screens show, as plain numbers. The pump fills it in before each slice of the panel; nothing here is drawn or decided."""

from array import array

from shared.codes import State

# What is drawn, as far as it is drawn, by unit: a screen is drawn again when one of these has changed. A negative unit rounds up, as the screen does.
_DRAWN = (
    (
        1,
        (
            "state",
            "version",
            "minutes_left",
            "boluses_left",
            "next_minutes",
            "linked",
            "alarm_id",
            "seen",
            "cause",
            "silenced",
            "active_mask",
            "priority",
            "page_read",
            "all_pages_seen",
        ),
    ),
    (10, ("battery_permille", "battery_minutes")),
    (-60, ("lockout_s",)),
    (1_000, ("rate_nl_h", "next_rate_nl_h")),
    (10_000, ("given_nl", "left_nl", "phase_given_nl", "phase_nl")),
)
_DRAWN_COUNT = sum(len(row[1]) for row in _DRAWN)


class Model:
    """keypad: firmware.panel.keypad.Keypad, whose page, notice and lock are drawn with it. Volumes in nL, rates in nL/h.

    rate_nl_h: what the motor is asked for now, 0 when it stands (SR-011); programmed_nl_h: the basal rate of the running prescription now.
    phase_given_nl, phase_nl: given in and volume of this bolus, load, clinician bolus, KVO or prime. minutes_left: to the end of the infusion,
    -1 not known. lockout_s: left of it. boluses_left: -1 none prescribed. next_rate_nl_h, next_minutes: next step of the programme, 0 none.
    clinician_nl, clinician_minutes: the clinician bolus of the prescription, 0 none. battery_permille: None not known; battery_minutes: -1 not
    known. alarm_id: the shown one, -1 none; seen, cause, silenced and priority (0: that of its row) are of it. active_mask: all active alarms.
    lit_priority: the worst of them. pending: fields of a prescription that waits for a person; page, pages, page_read, all_pages_seen: of its
    confirmation.
    """

    def __init__(self, keypad):
        self.keypad = keypad
        self.state = State.STOPPED
        self.version = 0
        self.rate_nl_h = 0
        self.programmed_nl_h = 0
        self.given_nl = 0
        self.left_nl = 0
        self.minutes_left = -1
        self.phase_given_nl = 0
        self.phase_nl = 0
        self.lockout_s = 0
        self.boluses_left = -1
        self.clinician_nl = 0
        self.clinician_minutes = 0
        self.next_rate_nl_h = 0
        self.next_minutes = 0
        self.linked = False
        self.battery_permille: int | None = None
        self.battery_minutes = -1
        self.firmware_version = 0
        self.library_version = 0
        self.alarm_id = -1
        self.seen = False
        self.cause = False
        self.silenced = False
        self.active_mask = 0
        self.priority = 0
        self.lit_priority = 0
        self.pending: dict | None = None
        self.page = 0
        self.pages = 1
        self.page_read = False
        self.all_pages_seen = False
        self._drawn = array("l", (-2,) * _DRAWN_COUNT)

    def changed(self) -> bool:
        """Whether something that is drawn is not what it was at the last call."""
        drawn = self._drawn
        changed = False
        index = 0
        for unit, names in _DRAWN:
            for name in names:
                value = getattr(self, name)
                value = -1 if value is None else value // unit
                if drawn[index] != value:
                    drawn[index] = value
                    changed = True
                index += 1
        return changed
