"""What a pump writes, in the order in which it writes it: the works in which cut_sweep.py lets power fail. MicroPython only.

A work calls `told(done)` after each step, which ends it if power has gone. If not, nothing of what stands now may be missing after a cut that comes later.
"""

from firmware.storage.log_chain import SEGMENT_RECORDS
from firmware.tests.cut_board import mount, provision
from shared.codes import Event, State

LOCKOUT_FRAMES = 36_000


def used_pump():
    """A pump with a past: a prescription that has been given from, a bolus, a lockout, logs about to begin new segments and to drop old ones."""
    provision()
    life = mount()
    kept, course = life.settings, life.course
    assert kept.start_boot() and kept.reserve_sequences() and kept.accept_command(500)
    assert life.keeper.store_prescription(b"first " * 50, 1, b"proof") and _begin(life, 1)
    for _ in range(2 * SEGMENT_RECORDS - 4):
        assert life.log(Event.FAULT_LATCHED)
    for _ in range(SEGMENT_RECORDS):
        assert life.log(Event.STOP_PRESSED)
    life.journal.mark_sent(life.journal.next_seq - 1)
    assert life.keeper.reserve(2_000, life.session)
    life.give(State.RUNNING, 1_500)
    course.begin(State.BOLUS, LOCKOUT_FRAMES)
    assert life.save_course()
    life.give(State.BOLUS, 200)
    course.end(State.BOLUS)
    assert (
        life.save_course() and life.keeper.close_minute(1_700) and life.keeper.settle(life.session)
    )


def _begin(life, version):
    done = life.keeper.begin_session(version)
    if done:
        life.session.begin(version)
    return done


def settings(life, told):
    kept = life.settings
    for _ in range(4):
        told(kept.start_boot())
        told(kept.reserve_sequences() is not None)
        told(kept.calibrate(3_700))


def commands(life, told):
    """Numbers are stored before the command is acted on; its events follow, and a stop settles the total."""
    kept = life.settings
    for kind in range(10):
        told(kept.accept_command(kept.last_command + 1 + kind))
        told(life.log(Event.COMMAND_DONE))
        if kind % 3 == 0:
            told(life.keeper.settle(life.session))


def journal(life, told):
    """Both chains, each into a new segment, with the oldest of each dropped, and the cursor of what was sent."""
    for number in range(9):
        told(life.log(Event.ALARM_RAISED if number % 2 else Event.STATE_CHANGED))
    life.journal.mark_sent(life.journal.next_seq - 1)
    told(life.journal.save_cursor())


def bolus(life, told):
    """Basal, a patient bolus and a clinician's: intent, steps, end."""
    session, course, keeper = life.session, life.course, life.keeper
    for state in (State.BOLUS, State.CLINICIAN_BOLUS, State.BOLUS):
        told(keeper.reserve(session.done_steps + 600, session) and life.log(Event.START_PRESSED))
        _deliver(life, told, State.RUNNING, 500)
        course.begin(state, LOCKOUT_FRAMES)
        told(life.save_course())
        told(keeper.reserve(session.done_steps + 900, session))
        _deliver(life, told, state, 800)
        told(keeper.close_minute(1_300))
        course.end(state)
        told(life.save_course())
        for _ in range(30):
            course.tick(1)
        # The lockout is what is left of it, stored or not.
        told(True)
        told(life.save_course())
        told(keeper.settle(session))


def _deliver(life, told, state, steps):
    """What was reserved before: no step without a promise to remember it."""
    life.give(state, steps)
    told(True)


def prescription(life, told):
    """Two updates, each given from: stored, counted from zero, remembered, journalled."""
    session, keeper = life.session, life.keeper
    for version in (2, 3):
        told(keeper.store_prescription(bytes([version]) * 700, version, b"proof"))
        told(_begin(life, version))
        told(life.log(Event.RX_ACTIVE))
        told(keeper.reserve(400, session))
        _deliver(life, told, State.RUNNING, 300)
        told(keeper.settle(session))


def loading(life, told):
    """A loading dose is closed before its first step, and a new bag is hung after it."""
    session, course, keeper = life.session, life.course, life.keeper
    course.begin(State.LOADING, 0)
    told(life.save_course())
    told(keeper.reserve(session.done_steps + 500, session))
    _deliver(life, told, State.LOADING, 400)
    course.end(State.LOADING)
    told(life.save_course() and keeper.settle(session) and life.log(Event.PHASE_ENDED))
    course.change_bag()
    # From here on an empty bag and a full one are both right.
    told(True)
    told(life.save_course() and life.log(Event.BAG_CHANGED))
    for _ in range(2):
        told(keeper.close_quarter(200) and keeper.close_minute(200))


def slices(life, told):
    """All of it in turn, as the slices of a running pump do it."""
    session, course, keeper, kept = life.session, life.course, life.keeper, life.settings
    for turn in range(5):
        told(keeper.reserve(session.done_steps + 300, session))
        _deliver(life, told, State.RUNNING, 250)
        told(kept.accept_command(kept.last_command + 7))
        if turn == 1:
            course.begin(State.BOLUS, LOCKOUT_FRAMES)
            told(life.save_course())
        told(life.log(Event.BOLUS_GRANTED if turn == 1 else Event.ALARM_RAISED))
        told(keeper.close_minute(250) and keeper.close_quarter(250))
        if turn == 3:
            course.end(State.BOLUS)
            told(life.save_course() and kept.reserve_sequences() is not None)
    told(keeper.settle(session))


WORKS = (settings, commands, journal, bolus, prescription, loading, slices)
LONG = (commands, journal, slices)

# --- three that are wrong: the sweep must find each of them out --------------------------------------------------------------


def bolus_before_it_is_stored(life, told):
    """The intent is written after the first steps."""
    life.course.begin(State.BOLUS, LOCKOUT_FRAMES)
    told(life.keeper.reserve(life.session.done_steps + 500, life.session))
    _deliver(life, told, State.BOLUS, 400)
    told(life.save_course())


def steps_before_they_are_reserved(life, told):
    _deliver(life, told, State.RUNNING, 400)
    told(life.keeper.reserve(life.session.done_steps, life.session))


def event_acknowledged_before_it_is_written(life, told):
    life.journal._events.next_seq += 1
    told(True)
    life.journal._events.next_seq -= 1
    told(life.log(Event.STOP_PRESSED))


WRONG = (
    bolus_before_it_is_stored,
    steps_before_they_are_reserved,
    event_acknowledged_before_it_is_written,
)
