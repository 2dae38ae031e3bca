"""Runs on MicroPython: draws every screen of the pump from a model and prints `name hex` a line, 1,024 bytes each, as the display holds them."""

import binascii

import framebuf

from firmware.panel import screens
from firmware.panel.panel import Model
from shared import alarm_table as alarm
from shared.codes import State

PRESCRIPTION = {
    "drug": "ketamine",
    "conc_ng_ml": 1_000_000,
    "segments": [[0, 7_000_000]],
    "max_hour_nl": 7_500_000,
    "max_day_nl": 170_000_000,
    "dosing_weight_g": 70_000,
    "vtbi_nl": 100_000_000,
    "max_minutes": 1_440,
}


def _model(**changed):
    model = Model()
    model.state = State.RUNNING
    model.version = 1
    model.rate_nl_h = 7_000_000
    model.programmed_nl_h = 7_000_000
    model.given_nl = 12_410_000
    model.left_nl = 87_590_000
    model.linked = True
    model.battery_permille = 820
    for name in changed:
        setattr(model, name, changed[name])
    return model


def _alarm(alarm_id, **changed):
    return _model(state=State.ALARM, rate_nl_h=0, alarm_id=alarm_id, cause=True, **changed)


def main():
    shots = [
        ("running", screens.delivery, _model()),
        ("paused", screens.delivery, _model(state=State.PAUSED, rate_nl_h=0)),
        ("no-link", screens.delivery, _model(linked=False, battery_permille=110)),
        ("no-prescription", screens.delivery, _model(state=State.STOPPED, version=0)),
        ("occlusion", screens.alarm, _alarm(alarm.DOWNSTREAM_OCCLUSION)),
        ("occlusion-seen", screens.alarm, _alarm(alarm.DOWNSTREAM_OCCLUSION, seen=True)),
        ("occlusion-silenced", screens.alarm, _alarm(alarm.DOWNSTREAM_OCCLUSION, silenced=True)),
    ]
    for page in range(screens.CONFIRM_PAGES):
        model = _model(state=State.CONFIRMING, pending=PRESCRIPTION, page=page)
        model.programmed_nl_h = 6_250_000
        model.all_pages_seen = page == screens.CONFIRM_PAGES - 1
        shots.append(("confirm-%d" % (page + 1), screens.confirm, model))
    for row in alarm.ROWS:
        shots.append(("alarm-%02d-%s" % (row[0], row[1]), screens.alarm, _alarm(row[0])))
    for name, draw, model in shots:
        pixels = bytearray(1_024)
        draw(framebuf.FrameBuffer(pixels, 128, 64, framebuf.MONO_VLSB), model)
        print(name, binascii.hexlify(bytes(pixels)).decode())


main()
