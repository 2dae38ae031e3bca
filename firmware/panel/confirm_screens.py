"""What will really run, from the decoded prescription: pages for everything that is prescribed and for nothing else. All are read before OK counts.

Outside the frame. `fields`: a prescription by field name, as `shared.prescription` decodes it.
"""

from firmware.panel import figures
from firmware.panel.letters import banner, enlarged, foot, quantity
from shared.codes import PatientClass

STEPS_A_PAGE = 4
# By field number, at most 16 letters: what an override is about.
_FIELD_WORDS = (
    "drug|strength|rate|1h limit|24h limit|bolus|lockout|start|library|total|weight|profile|time at most|pressure limit|"
    "4h limit|load|load rate|bolus rate|bolus count|clinician bolus|clinician time|KVO rate|KVO time|time at least|bag|"
    "reasons|patient"
)
# By `Override`, at most 16 letters.
_OVERRIDE_WORDS = "|usual too little|tolerance|weaning|specialist|site protocol"


def confirm_pages(fields: dict) -> int:
    """How many pages this prescription has: 6 to 31."""
    return sum(_pages_of(fields, row) for row in _PAGES)


def confirm(screen, model):
    """Page `model.page` of `model.pending`, and what the keys do on it."""
    fields = model.pending
    part = model.page
    for row in _PAGES:
        pages = _pages_of(fields, row)
        if part < pages:
            banner(screen, row[1], _place(model))
            row[2](screen, fields, model, part)
            break
        part -= pages
    if not model.page_read:
        foot(screen, "READ     STOP=no")
    elif model.all_pages_seen and model.page + 1 == model.pages:
        foot(screen, "HOLD OK  STOP=no")
    else:
        foot(screen, "DOWN=go  STOP=no")


def _place(model):
    return "%d/%d" % (model.page + 1, model.pages)


def _pages_of(fields, row):
    """One page if the field is prescribed, or as many as its own function says."""
    if type(row[0]) is str:
        return 1 if fields[row[0]] else 0
    return row[0](fields)


def _step_pages(fields):
    """A programme of one rate has it on the page before."""
    steps = len(fields["segments"])
    return 0 if steps == 1 else -(-steps // STEPS_A_PAGE)


def _override_pages(fields):
    return len(fields["overrides"])


def _lines(screen, first, second=""):
    screen.text(first, 0, 33, 1)
    screen.text(second, 0, 42, 1)


def _word(words, number):
    """A word of a table that is kept as one text: it is needed for a moment and the heap is small."""
    table = words.split("|")
    return table[number] if number < len(table) else "no. %d" % number


def _drug(screen, fields, model, part):
    drug = fields["drug"]
    if len(drug) <= 16:
        enlarged(screen, drug, 0, 14, 1, 2)
    else:
        screen.text(drug[:16], 0, 13, 1)
        screen.text(drug[16:32], 0, 22, 1)
    enlarged(screen, figures.milligrams(fields["conc_ng_ml"]) + "mg/mL", 0, 34, 1, 2)


def _patient(screen, fields, model, part):
    quantity(screen, figures.kilograms(fields["dosing_weight_g"]), "kg", 14)
    frail = fields["patient_class"] == PatientClass.FRAIL_ADULT
    _lines(screen, "frail adult" if frail else "adult", fields["profile"][:16])


def _basal(screen, fields, model, part):
    """One rate beside the one before; of a programme how many, the first beside the one before, and the highest."""
    segments = fields["segments"]
    first_nl_h = segments[0][1]
    against = figures.change(model.programmed_nl_h, first_nl_h)
    if len(segments) == 1:
        quantity(screen, figures.rate(first_nl_h), "mL/h", 14)
        _lines(screen, against)
        return
    banner(screen, "%d RATES" % len(segments), _place(model))
    quantity(screen, figures.rate(first_nl_h), "mL/h", 14, 2, "first")
    _lines(screen, against, "highest " + figures.rate(max(step[1] for step in segments)))


def _steps(screen, fields, model, part):
    """A few steps of the programme: from when, how much."""
    y = 14
    for minute, rate_nl_h in fields["segments"][part * STEPS_A_PAGE : (part + 1) * STEPS_A_PAGE]:
        screen.text("%7s  %7s" % (figures.hours_minutes(minute), figures.rate(rate_nl_h)), 0, y, 1)
        y += 9


def _limits(screen, fields, model, part):
    quantity(screen, figures.millilitres(fields["max_hour_nl"]), "mL", 14, 2, "in 1h")
    _lines(
        screen,
        "in 4h  %smL" % figures.millilitres(fields["max_4h_nl"]),
        "in 24h %smL" % figures.millilitres(fields["max_day_nl"]),
    )


def _total(screen, fields, model, part):
    quantity(screen, figures.millilitres(fields["vtbi_nl"]), "mL", 14)
    _lines(
        screen,
        "at least " + figures.hours_minutes(fields["min_minutes"]),
        "at most " + figures.hours_minutes(fields["max_minutes"]),
    )


def _bag(screen, fields, model, part):
    quantity(screen, figures.millilitres(fields["bag_nl"]), "mL", 14)
    pressure_pa = fields["occlusion_pa"]
    _lines(
        screen,
        "line alarm at",
        "%d kPa, %d mmHg" % (pressure_pa // 1_000, pressure_pa * 3 // 400),
    )


def _load(screen, fields, model, part):
    quantity(screen, figures.millilitres(fields["load_nl"]), "mL", 14)
    _lines(screen, "once, at", figures.rate(fields["load_rate_nl_h"]) + " mL/h")


def _bolus(screen, fields, model, part):
    quantity(screen, figures.millilitres(fields["max_bolus_nl"]), "mL", 14)
    _lines(screen, "by pendant,", "at " + figures.rate(fields["bolus_rate_nl_h"]) + " mL/h")


def _lockout(screen, fields, model, part):
    quantity(screen, figures.minutes_seconds(fields["lockout_s"]), "", 14)
    _lines(screen, "between boluses,", "%d at most" % fields["max_boluses"])


def _clinician(screen, fields, model, part):
    quantity(screen, figures.millilitres(fields["clinician_bolus_nl"]), "mL", 14)
    _lines(screen, "with a code,", "in %d min" % fields["clinician_bolus_minutes"])


def _kvo(screen, fields, model, part):
    quantity(screen, figures.rate(fields["kvo_rate_nl_h"]), "mL/h", 14)
    _lines(screen, "keep vein open", "for %d min" % fields["kvo_minutes"])


def _override(screen, fields, model, part):
    field, why = fields["overrides"][part]
    enlarged(screen, _word(_FIELD_WORDS, field), 0, 14, 1, 2)
    _lines(screen, "past it because:", _word(_OVERRIDE_WORDS, why))


# Prescribed if this field is not 0, or how many pages; title, ten letters at most; what is drawn.
_PAGES = (
    ("drug", "NEW ORDER", _drug),
    ("dosing_weight_g", "PATIENT", _patient),
    ("segments", "BASAL", _basal),
    (_step_pages, "RATES mL/h", _steps),
    ("max_hour_nl", "LIMITS", _limits),
    ("vtbi_nl", "TOTAL", _total),
    ("bag_nl", "BAG", _bag),
    ("load_nl", "LOAD", _load),
    ("max_bolus_nl", "BOLUS", _bolus),
    ("max_bolus_nl", "LOCKOUT", _lockout),
    ("clinician_bolus_nl", "CLIN BOLUS", _clinician),
    ("kvo_rate_nl_h", "KVO", _kvo),
    (_override_pages, "SOFT LIMIT", _override),
)
