"""The faults of air detector, latches, supply, clocks, memories, signals and of the program, and what is expected of the pump."""

from __future__ import annotations

from hil_tests.sweep.model import Row
from hil_tests.sweep.steps import STEPS
from shared import alarm_table as alarm
from shared.codes import Key, State

_SENSOR = (alarm.SENSOR_FAULT,)
_OPEN = (alarm.SET_OPEN,)
_SYSTEM = (alarm.SYSTEM_FAULT,)
_RESET = (alarm.RESTARTED, alarm.SYSTEM_FAULT)
_STORE = (alarm.STORAGE_FAULT,)
_FAULT, _ALARM, _RUN = State.FAULT, State.ALARM, State.RUNNING

_PARTS = (
    # air and latches
    Row("air-blind", "air detector says liquid whatever passes", "10", ("fault", "air_blind"),
        (), None, None, 1, _RUN, "dark without its drive, as a good one is: the test every 10 min passes, and only air would tell", 610),
    Row("air-drive", "air detector's drive always on", "10", ("fault", "air_drive_stuck"),
        _SENSOR, 605, 605, 1, _FAULT, "tested without its drive every 10 min", 620),
    Row("door-bounces", "latch of the door bounces", "10", ("fault", "door_bounces"),
        _OPEN, 0.3, 0.3, 1, _ALARM),
    Row("door-broken", "the door's two contacts contradict each other", "10", ("fault", "door_broken"),
        _OPEN, 0.5, 0.5, 1, _FAULT),
    Row("door-open", "the door opens", "10", ("stimulus", "door", {"to": "open"}),
        _OPEN, 0.3, 0.3, 1, _ALARM),
    Row("contacts-stuck", "register of the contacts stuck", "10", ("fault", "contacts_stuck"),
        _OPEN, 1, 1, 1, _FAULT),
    Row("pendant-broken", "pendant unplugged", "10", ("fault", "pendant_broken"),
        (alarm.STUCK_KEY,), 1, None, 1, _RUN, "without a pendant there is no bolus; the basal goes on"),
    Row("key-stuck", "START stays down", "10", ("key", Key.START),
        (alarm.STUCK_KEY,), 11, None, 1, _RUN, "a key that is held does nothing more; the basal goes on"),
    Row("stop-stuck", "STOP stays down", "10", ("key", Key.STOP),
        (alarm.STUCK_KEY,), 11, 0.3, 1, State.STOPPED, "a long STOP ends the infusion at once, as it is meant to; after 10 s the key is told"),
    # supply
    Row("battery-sags", "battery sags by 0.5 V", "10", ("fault", "battery_sags"),
        (), None, None, 1, _RUN, "the gauge counts charge; a cell that cannot hold the supply is the next row"),
    Row("power", "power fails for a second", "10", ("power",),
        (alarm.RESTARTED,), 0.3, 0.3, 1, State.STOPPED),
    Row("battery-empty", "battery at 2 %", "10", ("stimulus", "battery", {"permille": 20}),
        (alarm.BATTERY_DEPLETED,), 1.2, 1.2, 1, _ALARM),
    Row("gauge-silent", "fuel gauge does not answer", "10", ("fault", "gauge_silent"),
        (alarm.BATTERY_LOW,), 5, None, 1, _RUN, "a battery nobody can read counts as a low one"),
    # time
    Row("ticks-stopped", "the controller's tick counter stands", "10", ("fault", "ticks_stopped"),
        (), 7, 7, 1, _FAULT, "each frame is 0.1 s longer than the last until the watchdog bites, again and again; the second sounder calls"),
    Row("ticks-jump", "the tick counter jumps 60 s ahead", "10", ("fault", "ticks_jumped"),
        _SYSTEM, 0.3, 0.3, 1, _FAULT),
    Row("ticks-half", "the tick counter jumps 0.5 s ahead", "10", ("fault", "ticks_jumped", 500),
        (), None, None, 1, _RUN, "frames that seem to be missed are not made up for"),
    Row("ticks-back", "the tick counter jumps 60 s back", "10", ("fault", "ticks_jumped", -60_000),
        _RESET, 3, 3, 1, _FAULT),
    Row("clock-stopped", "real-time clock stands", "10", ("fault", "clock_stopped"),
        _SYSTEM, 605, 605, 1, _FAULT, "compared with the frames every 5 min", 620),
    Row("clock-fast", "real-time clock 10 % fast", "10", ("fault", "clock_rate"),
        _SYSTEM, 605, 605, 1, _FAULT, "compared with the frames every 5 min", 620),
    Row("clock-silent", "real-time clock does not answer", "10", ("fault", "clock_silent"),
        (), None, None, 1, _RUN, "lockout and limits count frames; without a second clock only the comparison is lost"),
    Row("overrun-one", "one frame 50 ms late", "10", ("stall", 50, 1),
        (), None, None, 1, _RUN, "counted in the journal; not made up for"),
    Row("overrun-many", "every frame 150 ms late", "10", ("stall", 150, 20),
        _SYSTEM, 1, 1, 1, _FAULT),
    Row("hang", "the program hangs for 1.5 s", "10", ("stall", 1_500, 1),
        _RESET, 4, 1.7, 1, _FAULT, "the roller ends with the train that had begun; the bench sees it only when the hang is over"),
    # memories
    Row("flash-dead", "flash cannot be written", "10", ("fault", "flash_dead"),
        (), None, None, 1, _RUN, "seen with the next event that has to be written"),
    Row("fram-silent", "dose memory does not answer", "10", ("fault", "fram_silent"),
        _STORE, 61, 61, 1, _FAULT, "delivery ends when what was reserved is used up", 90),
    # signals and heat
    Row("display-silent", "display does not answer", "10", ("fault", "display_silent"),
        _SYSTEM, 1, 30, 1, _FAULT, "asked every 10 s; three times in a row", 90),
    Row("panel-bus", "the panel's bus held low", "10", ("fault", "bus0_stuck"),
        (), 1, None, 1, _RUN, "freed within a second by nine clocks; the light blinks meanwhile"),
    Row("haptics-silent", "haptic driver does not answer", "10", ("fault", "haptics_silent"),
        (), None, None, 1, _RUN, "sound and light remain; asked at power-on"),
    Row("sounder-open", "sounder without current", "10", ("fault", "sounder_open"),
        (), None, None, 1, _RUN, "seen when it has to sound, at least once a day; light and vibration remain"),
    Row("skin-silent", "thermometer of the skin face does not answer", "10", ("fault", "skin_silent"),
        _SENSOR, 5, 5, 1, _ALARM, "asked once a second, three times"),
    Row("skin-hot", "skin face at 44 degrees", "10", ("stimulus", "heat", {"centi_c": 4_400}),
        (alarm.TOO_HOT,), 1.2, 1.2, 1, _ALARM),
)  # fmt: skip
_STEPS = tuple(
    Row(f"step-{step}", f"an exception in the step {step} of the frame", "10", ("step", step),
        _RESET, 3, 0.5, 1, _FAULT)
    for step in STEPS
)  # fmt: skip
ROWS = (*_PARTS, *_STEPS)
