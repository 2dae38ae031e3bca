"""Models of the panel for its tests and for its pictures in docs (tools/upy/render_screens.py): a pump that runs at 7 mL/h, and prescriptions to read."""

from firmware.panel.confirm_screens import confirm_pages
from firmware.panel.keypad import Keypad
from firmware.panel.model import Model
from shared.codes import Override, PatientClass, State

# Everything that can be prescribed.
FULL = {
    "drug": "Ketamine",
    "conc_ng_ml": 1_000_000,
    "segments": [
        [0, 7_000_000],
        [30, 7_500_000],
        [60, 8_000_000],
        [120, 8_500_000],
        [720, 7_000_000],
    ],
    "max_hour_nl": 12_500_000,
    "max_4h_nl": 42_000_000,
    "max_day_nl": 190_000_000,
    "max_bolus_nl": 1_000_000,
    "lockout_s": 1_800,
    "max_boluses": 10,
    "bolus_rate_nl_h": 60_000_000,
    "load_nl": 2_500_000,
    "load_rate_nl_h": 30_000_000,
    "clinician_bolus_nl": 2_000_000,
    "clinician_bolus_minutes": 30,
    "kvo_rate_nl_h": 500_000,
    "kvo_minutes": 60,
    "min_minutes": 600,
    "max_minutes": 1_440,
    "vtbi_nl": 100_000_000,
    "bag_nl": 110_000_000,
    "occlusion_pa": 40_000,
    "dosing_weight_g": 70_000,
    "profile": "KET_HOME_TEST",
    "patient_class": PatientClass.ADULT,
    "overrides": [[2, Override.TOLERANCE], [19, Override.SPECIALIST_ADVICE]],
}
# One rate, a total and its limits.
PLAIN = dict(
    FULL,
    segments=[[0, 7_000_000]],
    max_bolus_nl=0,
    load_nl=0,
    clinician_bolus_nl=0,
    kvo_rate_nl_h=0,
    overrides=[],
)
# The longest of everything.
LONGEST = dict(
    FULL,
    drug="Magnesium sulphate, 32 letters..",
    conc_ng_ml=999_999_999,
    segments=[[30 * index, 99_990_000 - index] for index in range(48)],
    max_hour_nl=100_000_000,
    max_4h_nl=400_000_000,
    max_day_nl=1_000_000_000,
    max_bolus_nl=20_000_000,
    lockout_s=86_399,
    max_boluses=1_000,
    bolus_rate_nl_h=999_999,
    load_nl=999_000_000,
    load_rate_nl_h=999_999,
    clinician_bolus_nl=99_990_000,
    clinician_bolus_minutes=360,
    kvo_rate_nl_h=999_999,
    kvo_minutes=10_080,
    min_minutes=10_080,
    max_minutes=10_080,
    vtbi_nl=1_000_000_000,
    bag_nl=1_000_000_000,
    occlusion_pa=80_000,
    dosing_weight_g=250_000,
    profile="A_PROFILE_WITH_THE_LONGEST_NAME.",
    patient_class=PatientClass.FRAIL_ADULT,
    overrides=[[19 + index, index % 5 + 1] for index in range(8)],
)


def changed_model(**changed):
    """A pump that runs, but for what is changed."""
    model = Model(Keypad())
    model.state = State.RUNNING
    model.version = 12
    model.rate_nl_h = model.programmed_nl_h = 7_000_000
    model.given_nl = 12_410_000
    model.left_nl = 87_590_000
    model.minutes_left = 750
    model.phase_given_nl = 350_000
    model.phase_nl = 1_000_000
    model.boluses_left = 7
    model.clinician_nl = 2_000_000
    model.clinician_minutes = 30
    model.next_rate_nl_h = 8_000_000
    model.next_minutes = 12
    model.linked = True
    model.battery_permille = 820
    model.battery_minutes = 845
    model.firmware_version = 1
    model.library_version = 3
    for name in changed:
        setattr(model, name, changed[name])
    return model


def confirming(fields, page, **changed):
    """A page of a prescription to read that has been read."""
    model = changed_model(**changed)
    model.state = State.CONFIRMING
    model.pending = fields
    model.page = page
    model.page_read = True
    model.programmed_nl_h = 6_250_000
    model.pages = confirm_pages(fields)
    model.all_pages_seen = page + 1 == model.pages
    return model
