"""The table of alarms once more, by what is decided with it. Who changes a row changes a sentence here.

The decisions stand in docs/SAFETY.md; each row's requirements in shared/alarm_sentences.py.
"""

from shared import alarm_table as alarm
from shared.tests.checks import same

# The place is the id, and the bit in telemetry for ever: new names go to the end.
NAMES = (
    "downstream_occlusion",
    "upstream_occlusion",
    "air_in_line",
    "motor_fault",
    "battery_depleted",
    "battery_low",
    "infusion_complete",
    "dose_limit",
    "sensor_fault",
    "storage_fault",
    "system_fault",
    "link_lost",
    "paused_too_long",
    "near_end",
    "stuck_key",
    "restarted",
    "remote_stop",
    "set_open",
    "over_infusion",
    "under_infusion",
    "too_hot",
    "warm",
    "reservoir_low",
    "reservoir_empty",
    "dose_near",
    "alert_loop",
    "bolus_refused",
    "not_started",
    "prime_failed",
    "battery_critical",
)
# A person has to come now.
HIGH = (
    "downstream_occlusion upstream_occlusion air_in_line motor_fault battery_depleted "
    "infusion_complete dose_limit sensor_fault storage_fault system_fault restarted set_open "
    "over_infusion too_hot alert_loop battery_critical"
)
# A person has to come soon.
MEDIUM = "battery_low remote_stop under_infusion reservoir_empty prime_failed"
# Nothing is lost yet.
LOW = (
    "link_lost paused_too_long near_end stuck_key warm reservoir_low dose_near bolus_refused "
    "not_started"
)
# The vein may be kept open: what ran out is volume or dose, and nothing is broken.
MAY_GO_ON_AT_KVO = "infusion_complete dose_limit"
# Delivery goes on: the news of it is for a person, or the bolus alone is what may not be.
DELIVERY_GOES_ON = (
    "battery_low link_lost paused_too_long near_end stuck_key under_infusion warm "
    "reservoir_low dose_near bolus_refused not_started battery_critical"
)
# A bolus may begin: none of these says anything of drug, line or pump.
A_BOLUS_MAY_BEGIN = "link_lost near_end bolus_refused not_started"
# Nobody has answered for so many seconds: the alarm is told as one of the next priority.
ESCALATES_AFTER_S = {
    "not_started": 120,
    "paused_too_long": 300,
    "reservoir_empty": 120,
    "reservoir_low": 30 * 60,
    "under_infusion": 300,
    "warm": 10 * 60,
}
SOUNDS_ONCE = "bolus_refused"


def named(words: str) -> list:
    return sorted(words.split())


def those(column: int, value) -> list:
    return sorted([row[1] for row in alarm.ROWS if row[column] == value])


def bits(words: str) -> int:
    mask = 0
    for name in words.split():
        mask |= 1 << NAMES.index(name)
    return mask


def test_an_alarm_keeps_its_number():
    same([row[1] for row in alarm.ROWS], list(NAMES))
    same([row[0] for row in alarm.ROWS], list(range(30)))
    same(alarm.COUNT, 30)
    for number in range(30):
        same(getattr(alarm, NAMES[number].upper()), number)


def test_each_alarm_has_its_priority():
    """SR-081"""
    same(those(2, 3), named(HIGH))
    same(those(2, 2), named(MEDIUM))
    same(those(2, 1), named(LOW))
    same((alarm.LOW, alarm.MEDIUM, alarm.HIGH), (1, 2, 3))
    same(alarm.PRIORITY_NAMES, ("", "Low", "Medium", "High"))


def test_delivery_stops_for_all_but_those_that_let_it_go_on():
    same((alarm.RUN, alarm.KVO, alarm.STOP), (0, 1, 2))
    same(those(3, 0), named(DELIVERY_GOES_ON))
    same(those(3, 1), named(MAY_GO_ON_AT_KVO))
    going = named(DELIVERY_GOES_ON) + named(MAY_GO_ON_AT_KVO)
    stopping = [name for name in sorted(NAMES) if name not in going]
    same(those(3, 2), stopping)
    same(alarm.STOP_MASK, bits(" ".join(stopping)))
    same(alarm.KVO_MASK, bits(MAY_GO_ON_AT_KVO))
    same(alarm.HALT_MASK, bits(" ".join(stopping) + " " + MAY_GO_ON_AT_KVO))


def test_what_halts_waits_for_a_person_and_what_goes_on_ends_by_itself():
    same(those(4, False), named(DELIVERY_GOES_ON))
    same(those(4, True), [name for name in sorted(NAMES) if name not in named(DELIVERY_GOES_ON)])
    same(alarm.LATCHED_MASK, alarm.HALT_MASK)


def test_everything_forbids_a_bolus_but_news_that_is_none_of_its_business():
    same(those(7, False), named(A_BOLUS_MAY_BEGIN))
    same(those(7, True), [name for name in sorted(NAMES) if name not in named(A_BOLUS_MAY_BEGIN)])
    same(alarm.BOLUS_INHIBIT_MASK, (1 << 30) - 1 - bits(A_BOLUS_MAY_BEGIN))


def test_what_escalates_does_so_after_its_own_time():
    for row in alarm.ROWS:
        same((row[1], row[8]), (row[1], ESCALATES_AFTER_S.get(row[1], 0)))
        # What is HIGH already has nowhere to go.
        assert not row[8] or row[2] != 3, row[1]


def test_only_a_refused_bolus_sounds_once():
    same((alarm.BY_PRIORITY, alarm.CHIME), (0, 1))
    same(those(9, 1), named(SOUNDS_ONCE))
    same(those(9, 0), [name for name in sorted(NAMES) if name != SOUNDS_ONCE])


def test_each_text_has_two_lines_that_fit_the_screen():
    for row in alarm.ROWS:
        same((row[1], len(row)), (row[1], 10))
        for lines in (row[5], row[6]):
            same((row[1], len(lines)), (row[1], 2))
            assert 0 < len(lines[0]) <= 16, row[1]
            assert len(lines[1]) <= 16, row[1]


def test_active_alarms_come_worst_first_and_then_in_the_order_of_the_table():
    same(alarm.active_ids(0), [])
    same(alarm.active_ids(1 << 30), [])
    for number in range(30):
        same(alarm.active_ids(1 << number), [number])
    wanted = [NAMES.index(n) for words in (HIGH, MEDIUM, LOW) for n in words.split()]
    same(alarm.active_ids((1 << 30) - 1), wanted)
