"""Random keys, alarms and states for thousands of frames: no action without the keys that ask for it. The rules here know nothing of the keypad's code."""

from firmware.panel.key_actions import Action, Page
from firmware.panel.keypad import Keypad
from shared import alarm_table as alarm
from shared.codes import DELIVERING_MASK, Key, State

FRAMES = 10_000
SEEDS = (1, 2, 3)
ALARMS = (alarm.DOWNSTREAM_OCCLUSION, alarm.LINK_LOST)
STANDING = (State.STOPPED, State.PAUSED)
# Only a key that has just gone down, alone, with the keys unlocked.
FRESH_KEY = {
    Action.START: Key.START,
    Action.PRIME_CONFIRM: Key.UP,
    Action.PRIME_BEGIN: Key.OK,
    Action.NEW_BAG: Key.UP,
    Action.CLINICIAN_BOLUS: Key.UP,
    Action.UNLOCK_ALERT: Key.OK,
    Action.CODE_TRY: Key.OK,
}
# The page that stood on the glass when it was asked for.
ASKED_ON = {
    Action.PRIME_CONFIRM: Page.PRIME_ASK,
    Action.PRIME_BEGIN: Page.PRIME_READY,
    Action.NEW_BAG: Page.NEW_BAG_ASK,
    Action.CLINICIAN_BOLUS: Page.CLINICIAN_ASK,
    Action.UNLOCK_ALERT: Page.CLINICIAN,
}
# H: OK held; o, u, d: OK, UP, DOWN.
GESTURES = {
    "H": (1 << Key.OK, 22),
    "o": (1 << Key.OK, 2),
    "u": (1 << Key.UP, 2),
    "d": (1 << Key.DOWN, 2),
}
# Prime, a new bag, keys locked, the clinician's pages in RUNNING and standing.
WAYS = ("Houoo", "Houo", "Hdou", "Hddo", "Hdooooouu", "Hdoooooouu", "Hdooooodo", "Hdddooooooo")


class Dice:
    """The same numbers on every interpreter."""

    def __init__(self, seed):
        self.seed = seed

    def below(self, limit):
        self.seed = self.seed * 16_807 % 2_147_483_647
        return self.seed // 7 % limit


class Witness:
    """What an onlooker remembers, and what must be so for an action to be asked for."""

    def __init__(self):
        self.keypad = Keypad()
        self.keypad.bolus_prescribed = self.keypad.alert_loop = True
        self.state = State.STOPPED
        self.waiting = -1
        self.drawn = -1
        self.view = -1
        self.mask = 0x7F
        self.frame_no = 0
        self.down_since = [0] * 7
        self.pendant_at = -100
        self.silence_at = -100
        self.counts = [0] * 16
        self.off_home()

    def off_home(self):
        """Everything that was said on the way through the pages is void."""
        self.held_ok = self.chose = self.said_yes = self.let_in = False

    def frame(self, mask):
        self.frame_no += 1
        keypad = self.keypad
        pressed = mask & ~self.mask
        for key in range(7):
            if pressed >> key & 1:
                self.down_since[key] = self.frame_no
        if pressed >> Key.PENDANT & 1:
            self.pendant_at = self.frame_no
        if pressed >> Key.SILENCE & 1:
            self.silence_at = self.frame_no
        self.mask = mask
        was_locked = keypad.locked
        keypad.drawn_view = self.view
        if self.waiting >= 0 or was_locked or self.state == State.CONFIRMING:
            self.off_home()
        action = keypad.judge(pressed, mask, self.state, self.waiting, self.drawn, 1)
        self.counts[action] += 1
        self.check(action, pressed, was_locked)
        self.remember(action, pressed)
        return action

    def check(self, action, pressed, was_locked):
        stop = pressed >> Key.STOP & 1 == 1
        assert (action == Action.STOP) == stop
        if action in FRESH_KEY:
            key = FRESH_KEY[action]
            assert pressed >> key & 1 and not was_locked
            assert self.alone(key)
            assert self.state != State.CONFIRMING
            assert action == Action.START or self.waiting < 0
        if action in ASKED_ON:
            assert self.view // 16 == ASKED_ON[action]
        if action == Action.BOLUS:
            assert self.frame_no - self.pendant_at <= 2
            self.pendant_at = -100
        if action == Action.SILENCE:
            assert self.frame_no - self.silence_at <= 3
        if action == Action.ACKNOWLEDGE:
            assert pressed >> Key.OK & 1 and self.waiting == self.drawn >= 0
            assert self.alone(Key.OK)
        if action == Action.PRIME_CONFIRM:
            assert self.held_ok and self.chose and self.state in STANDING
        if action == Action.PRIME_BEGIN:
            assert self.said_yes
        if action == Action.NEW_BAG:
            assert self.held_ok and self.chose and not DELIVERING_MASK >> self.state & 1
        if action == Action.CODE_TRY:
            assert self.held_ok and self.chose
        if action in (Action.CLINICIAN_BOLUS, Action.UNLOCK_ALERT):
            assert self.let_in

    def alone(self, key):
        """Every other key of the panel is up, or has been down for so long that it is stuck. STOP is never forgiven."""
        for other in range(Key.SILENCE + 1):
            stuck = other != Key.STOP and self.frame_no - self.down_since[other] >= 100
            if other != key and self.mask >> other & 1 and not stuck:
                return False
        return True

    def remember(self, action, pressed):
        if action in (Action.STOP, Action.LOCK_KEYS, Action.UNLOCK_KEYS):
            self.off_home()
            self.pendant_at = -100
        ok_for = self.frame_no - self.down_since[Key.OK]
        if self.mask >> Key.OK & 1 and ok_for >= 20:
            self.held_ok = True
        if pressed >> Key.OK & 1 and self.held_ok:
            self.chose = True
        if action == Action.PRIME_CONFIRM:
            self.said_yes = True
        if action == Action.CODE_TRY and self.keypad.code.value == 0:
            # Nobody turned a digit: the clinic's code in this test.
            self.keypad.code_result(True)
            self.let_in = True
        elif self.keypad.code.value >= 0:
            self.keypad.code_result(False)


def gestures(dice):
    """(mask, frames) of a few gestures, all keys up after each: a way through the pages, or anything."""
    if dice.below(3) == 0:
        return [GESTURES[letter] for letter in WAYS[dice.below(len(WAYS))]]
    kind = dice.below(4)
    if kind == 0:
        return [(1 << Key.UP | 1 << Key.DOWN, 28 + dice.below(6))]
    if kind == 1:
        return [(1 << dice.below(7), 1 + dice.below(130))]
    return [(dice.below(128), 1 + dice.below(4)), (1 << dice.below(7), 2)]


def world(witness, dice):
    """The pump beside the keys: states and alarms come and go, the glass is mostly up to date."""
    witness.view = witness.keypad.view() if dice.below(5) else dice.below(160) - 1
    chance = dice.below(500)
    if chance == 0:
        witness.state = dice.below(12)
    elif chance < 6:
        witness.state = (State.STOPPED, State.PAUSED, State.RUNNING)[dice.below(3)]
    elif chance < 9:
        witness.waiting = ALARMS[dice.below(2)]
    elif chance < 40 or witness.waiting < 0:
        witness.waiting = -1
    witness.drawn = witness.waiting if dice.below(3) else ALARMS[0]


def walk(witness, dice, before_frame):
    while witness.frame_no < FRAMES:
        for mask, frames in gestures(dice):
            for number in range(frames + 1 + dice.below(3)):
                before_frame(witness)
                world(witness, dice)
                witness.frame(mask if number < frames else 0)


def unlock_now_and_then(witness):
    """A lock found by chance is soon the only thing that happens."""
    if witness.frame_no % 500 == 0:
        witness.keypad.locked = False


def test_random_keys_never_ask_for_what_they_did_not_say():
    counts = [0] * 16
    for seed in SEEDS:
        witness = Witness()
        walk(witness, Dice(seed), unlock_now_and_then)
        for action in range(16):
            counts[action] += witness.counts[action]
    # Every action was asked for, so that every rule above was asked, too.
    assert [action for action in range(16) if not counts[action]] == []


def test_under_the_child_lock_only_the_pendant_stop_silence_and_ok_on_an_alarm_act():
    def lock(witness):
        witness.keypad.locked = True
        assert witness.keypad.page == Page.HOME

    witness = Witness()
    walk(witness, Dice(11), lock)
    allowed = (
        Action.NONE,
        Action.STOP,
        Action.STOP_LONG,
        Action.SILENCE,
        Action.BOLUS,
        Action.ACKNOWLEDGE,
        Action.UNLOCK_KEYS,
    )
    for action in range(16):
        assert action in allowed or witness.counts[action] == 0, action
    assert witness.counts[Action.BOLUS] > 10 and witness.counts[Action.ACKNOWLEDGE] > 2


def says(gestured, letters_in_order):
    """Whether a sequence of gestures has one out of each set in this order."""
    at = 0
    for letter in gestured:
        if at < len(letters_in_order) and letter in letters_in_order[at]:
            at += 1
    return at == len(letters_in_order)


def test_of_all_short_ways_only_those_that_open_choose_confirm_and_hold_prime():
    primed = []
    for number in range(4**5):
        gestured = "".join("Houd"[number // 4**place % 4] for place in range(5))
        witness = Witness()
        witness.frame(0)
        for letter in gestured:
            mask, frames = GESTURES[letter]
            for frame in range(frames + 1):
                witness.view = witness.keypad.view()
                witness.frame(mask if frame < frames else 0)
        if witness.counts[Action.PRIME_BEGIN]:
            primed.append(gestured)
    for gestured in primed:
        assert says(gestured, ("H", "oH", "u", "oH")), gestured
    assert "Houod" in primed and "dHouo" in primed and "Hduoo" not in primed
