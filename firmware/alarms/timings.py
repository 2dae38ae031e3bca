"""How long reminders and chimes last, as data, in frames of 100 ms. Silence and loops of alarms: firmware/safety/limits.py."""

REMIND_FRAMES = 1_200  # acknowledged, not cured: sounds again after 2 min (the case of an alarm acknowledged and forgotten)
REMIND_AGAIN_FRAMES = 600  # acknowledged a second time without a cure: after 1 min
CHIME_FRAMES = 30  # a refused bolus is told for 3 s, then it is over
