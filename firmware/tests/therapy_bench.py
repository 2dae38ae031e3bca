"""Prescriptions, and a pump without devices, for the tests of the therapy."""

from firmware.safety.gate import Gate, Order, View
from firmware.safety.limits import MAX_STEPS_PER_FRAME, MAX_VOLUME_NL
from firmware.therapy import prescription
from firmware.therapy.course import Course
from firmware.therapy.delivery import Delivery
from firmware.therapy.dose_windows import DoseWindows
from firmware.therapy.programme import Programme
from firmware.therapy.session import Session
from shared.codes import Reason, State

PL_PER_STEP = 3_750
UNIT = 36 * PL_PER_STEP  # nL/h that make one step a frame


def fields(rate_nl_h=1_000_000, **changed):
    """One basal rate for a day, and nothing besides."""
    made = {
        "drug": "Ketamine",
        "conc_ng_ml": 1_000_000,
        "segments": [[0, rate_nl_h]],
        "max_hour_nl": rate_nl_h,
        "max_day_nl": min(24 * rate_nl_h, MAX_VOLUME_NL),
        "max_bolus_nl": 0,
        "lockout_s": 0,
        "starts_after_s": 0,
        "library_version": 1,
        "vtbi_nl": 10 * rate_nl_h,
        "dosing_weight_g": 70_000,
        "profile": "KET_HOME_TEST",
        "max_minutes": 1_440,
        "occlusion_pa": 40_000,
        "max_4h_nl": 4 * rate_nl_h,
        "load_nl": 0,
        "load_rate_nl_h": 0,
        "bolus_rate_nl_h": 0,
        "max_boluses": 0,
        "clinician_bolus_nl": 0,
        "clinician_bolus_minutes": 0,
        "kvo_rate_nl_h": 0,
        "kvo_minutes": 0,
        "min_minutes": 600,
        "bag_nl": 100_000_000,
        "overrides": [],
        "patient_class": 1,
    }
    made.update(changed)
    return made


def full_fields(**changed):
    """Two segments, load, both kinds of bolus, and KVO."""
    made = fields(
        segments=[[0, 2_000_000], [30, 3_000_000]],
        max_hour_nl=40_000_000,
        max_4h_nl=60_000_000,
        max_day_nl=100_000_000,
        vtbi_nl=60_000_000,
        load_nl=5_000_000,
        load_rate_nl_h=30_000_000,
        max_bolus_nl=1_000_000,
        bolus_rate_nl_h=60_000_000,
        lockout_s=600,
        max_boluses=3,
        clinician_bolus_nl=6_000_000,
        clinician_bolus_minutes=20,
        kvo_rate_nl_h=500_000,
        kvo_minutes=60,
        min_minutes=60,
    )
    made.update(changed)
    return made


def loaded(asked, pl_per_step=PL_PER_STEP, version=1):
    """(Programme, Order) of a prescription that has to be accepted."""
    programme, order = Programme(), Order()
    assert prescription.load(asked, version, pl_per_step, programme, order), asked
    return programme, order


class Pump:
    """Everything of a pump that needs no device. `frame` does what the executive does; `slice`, what the slice for the memory does."""

    def __init__(self, asked, pl_per_step=PL_PER_STEP):
        self.programme, self.order = loaded(asked, pl_per_step)
        self.session = Session()
        self.session.begin(1)
        self.course = Course()
        self.course.begin_session(1)
        self.windows = DoseWindows()
        self.delivery = Delivery(self.programme, self.session, self.course)
        self.gate = Gate()
        self.view = View()
        self.view.witnesses = True
        self.view.active_mask = 0
        self.view.fault_mask = 0
        self.view.prime_confirmed = True
        self.ready = True
        self.reason = Reason.NONE

    def look(self):
        view, session, course, windows = self.view, self.session, self.course, self.windows
        view.state = self.delivery.state
        view.delivered_steps = session.done_steps
        view.delivered_frames = session.frames
        view.phase_given_steps = course.given[self.delivery.state]
        view.hour_steps = windows.hour_steps
        view.four_hour_steps = windows.four_hour_steps
        view.day_steps = windows.day_steps
        view.reserved_steps = session.done_steps + MAX_STEPS_PER_FRAME
        view.lockout_frames = course.lockout_frames
        view.boluses = course.boluses
        view.memory_ok = (
            session.intact()
            and windows.intact()
            and course.intact()
            and self.programme.intact()
            and self.delivery.intact()
        )

    def frame(self):
        """One frame; the steps it made."""
        delivery = self.delivery
        self.windows.tick(1)
        self.course.tick(1)
        wanted = delivery.want(1, self.ready)
        self.look()
        permit = self.gate.permit(wanted, self.order, self.view)
        steps = permit.steps
        self.reason = permit.reason
        if delivery.into_patient():
            self.session.run(1)
            self.session.give(steps)
            self.windows.add(steps)
        self.course.give(delivery.state, steps)
        if permit.reason == Reason.PHASE_SPENT and wanted:
            delivery.end_phase()
        elif permit.reason == Reason.VTBI_REACHED and wanted:
            delivery.go(State.COMPLETE)
        return steps

    def frames(self, count):
        """Some frames with the slice behind each; the steps they made."""
        made = 0
        for _ in range(count):
            made += self.frame()
            self.course.stored()
        return made

    def until(self, state, most_frames=100_000):
        """Frames with their slices until the pump is in `state`; the steps they made."""
        made = 0
        for _ in range(most_frames):
            made += self.frame()
            self.course.stored()
            if self.delivery.state == state:
                return made
        raise AssertionError("never in state %d" % state)

    def grant(self, state):
        """Ask for a bolus as a key does; Reason."""
        self.look()
        reason = self.gate.grant(state, self.order, self.view, self.windows)
        if reason == Reason.NONE:
            assert self.delivery.begin_bolus(state)
        return reason


def pump_in(state):
    """A pump that has come to `state` on a way that a person or a condition takes. KVO: after the infusion is complete."""
    load = {} if state == State.LOADING else {"load_nl": 0, "load_rate_nl_h": 0}
    pump = Pump(full_fields(**load))
    delivery = pump.delivery
    if state in (State.BOLUS, State.CLINICIAN_BOLUS, State.RUNNING, State.LOADING):
        assert delivery.start(True, False)
        if state in (State.BOLUS, State.CLINICIAN_BOLUS):
            assert delivery.begin_bolus(state)
    elif state == State.KVO:
        assert delivery.go(State.COMPLETE) and delivery.begin_kvo()
    elif state == State.PRIMING:
        assert delivery.begin_prime()
    elif state == State.CONFIRMING:
        assert delivery.confirm_begin()
    elif state != State.STOPPED:
        assert delivery.go(state)
    assert delivery.state == state and delivery.frames_in_state == 0 and delivery.intact()
    return pump


def running(**changed):
    """A pump with both boluses and KVO, and without a load, whose basal runs."""
    asked = {"load_nl": 0, "load_rate_nl_h": 0}
    asked.update(changed)
    pump = Pump(full_fields(**asked))
    assert pump.delivery.start(True, False)
    pump.frames(10)
    return pump


def budget(pump, state):
    """Steps of a phase."""
    return pump.order.phase_steps[state]
