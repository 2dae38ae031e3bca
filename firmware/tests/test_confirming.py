"""A person reads a new prescription and says yes or no."""

from firmware.safety import limits
from firmware.tests.small_heap import locked
from firmware.therapy.confirming import ACCEPTED, DECLINED, TIMED_OUT, WAITING, Confirming

READ = "r" * limits.CONFIRM_DWELL_FRAMES  # a page stands on the glass for long enough
THREE_PAGES = READ + "d" + READ + "d" + READ


def confirm(keys, pages=3, drawn=True):
    """keys: a letter a frame: r or . nothing, d down, u up, s stop, o OK held. drawn: the page is on the glass in every frame."""
    confirming = Confirming()
    confirming.begin(pages)
    held = False
    for age in range(len(keys)):
        key = keys[age]
        ok = key == "o"
        page = confirming.page if drawn else -1
        confirming.judge(key == "u", key == "d", key == "s", ok and not held, ok, page, age, 1)
        held = ok
    return confirming


def test_confirming_needs_every_page_and_two_seconds_of_ok():
    """SR-118"""
    hold = "o" * limits.CONFIRM_HOLD_FRAMES
    for keys, decision in (
        (hold + hold, WAITING),
        (READ + hold, WAITING),
        (READ + "d" + READ + hold, WAITING),
        (THREE_PAGES + hold[1:], WAITING),
        (THREE_PAGES + hold[10:] + "r" + hold[:10], WAITING),
        (THREE_PAGES + hold, ACCEPTED),
        (THREE_PAGES + "u" + READ + hold, ACCEPTED),
        (THREE_PAGES + hold + "s", ACCEPTED),
        ("s", DECLINED),
        (READ + "oos", DECLINED),
        (THREE_PAGES + hold[1:] + "s", DECLINED),
        ("s" + THREE_PAGES + hold, DECLINED),
    ):
        assert confirm(keys).decision == decision, keys


def test_a_page_is_read_when_it_has_stood_on_the_glass_for_a_second():
    confirming = confirm(READ[1:])
    assert confirming.read_pages == 0 and not confirming.page_read()
    confirming = confirm(READ)
    assert confirming.read_pages == 1 and confirming.page_read() and not confirming.all_seen()
    assert confirm(READ, drawn=False).read_pages == 0
    assert confirm(THREE_PAGES).all_seen()


def test_a_page_that_leaves_the_glass_has_to_be_read_anew():
    confirming = Confirming()
    confirming.begin(1)
    for drawn_page in (0, 0, 0, -1, 0, 0, 0):
        confirming.judge(False, False, False, False, False, drawn_page, 0, 3)
    assert confirming.read_pages == 0
    confirming.judge(False, False, False, False, False, 0, 0, 1)
    assert confirming.read_pages == 1


def test_a_page_that_was_turned_to_has_its_own_second():
    assert confirm(READ + "d" + READ[1:]).read_pages == 1
    assert confirm(READ + "d" + READ).read_pages == 2


def test_down_turns_no_page_that_was_not_read_and_up_turns_back_at_any_time():
    assert confirm("ddd").page == 0
    assert confirm(READ + "d").page == 1
    assert confirm(READ + "dd").page == 1
    assert confirm(READ + "du").page == 0
    assert confirm("u").page == 0
    assert confirm(THREE_PAGES + "d").page == 2
    assert confirm(THREE_PAGES + "uu").page == 0
    # Read before: it may be turned at once, and does not count a second time.
    confirming = confirm(THREE_PAGES + "uu" + "d" + READ + READ)
    assert confirming.page == 1 and confirming.read_pages == 3


def test_ok_leaned_on_from_before_the_last_page_was_read_does_not_confirm():
    assert confirm(READ + "d" + READ + "d" + "o" * 100).decision == WAITING
    confirming = confirm("o" * 100, pages=1)
    assert confirming.all_seen() and confirming.decision == WAITING


def test_ok_counts_only_on_a_page_that_is_on_the_glass():
    confirming = confirm(READ, pages=1)
    confirming.judge(False, False, False, True, True, -1, 0, 1)
    for _ in range(60):
        confirming.judge(False, False, False, False, True, 0, 0, 1)
    assert confirming.decision == WAITING


def test_ok_that_was_let_go_has_to_be_pressed_again_on_the_page():
    confirming = confirm(READ + "oo.", pages=1)
    for _ in range(60):
        confirming.judge(False, False, False, False, True, 0, 0, 1)
    assert confirming.decision == WAITING


def test_late_frames_count_for_the_two_seconds_as_for_every_other_time():
    confirming = confirm(READ, pages=1)
    confirming.judge(False, False, False, True, True, 0, 0, 10)
    assert confirming.decision == WAITING
    confirming.judge(False, False, False, False, True, 0, 0, 10)
    assert confirming.decision == ACCEPTED


def test_nobody_there_for_ten_minutes_is_a_refusal():
    confirming = Confirming()
    confirming.begin(3)
    late = limits.CONFIRM_TIMEOUT_FRAMES
    confirming.judge(False, False, False, False, False, 0, late - 1, 1)
    assert confirming.decision == WAITING
    confirming.judge(False, False, False, False, False, 0, late, 1)
    assert confirming.decision == TIMED_OUT


def test_no_wins_in_the_very_frame_in_which_ok_was_held_long_enough():
    late = limits.CONFIRM_TIMEOUT_FRAMES
    for stop, age_frames, decision in (
        (False, 0, ACCEPTED),
        (True, 0, DECLINED),
        (False, late, TIMED_OUT),
        (True, late, DECLINED),
    ):
        confirming = confirm(READ + "o" * (limits.CONFIRM_HOLD_FRAMES - 1), pages=1)
        assert confirming.decision == WAITING
        confirming.judge(False, False, stop, False, True, 0, age_frames, 1)
        assert confirming.decision == decision, (stop, age_frames)


def test_each_end_has_a_number_of_its_own():
    assert (WAITING, ACCEPTED, DECLINED, TIMED_OUT) == (0, 1, 2, 3)


def test_one_that_was_never_asked_waits_for_its_only_page():
    confirming = Confirming()
    assert (confirming.pages, confirming.page, confirming.read_pages) == (1, 0, 0)
    assert confirming.decision == WAITING and not confirming.all_seen()


def test_a_new_prescription_begins_with_nothing_read():
    confirming = confirm(THREE_PAGES + "o" * 19)
    confirming.begin(5)
    assert (confirming.pages, confirming.page, confirming.read_pages) == (5, 0, 0)
    assert confirming.decision == WAITING
    confirming.begin(1)
    confirming.judge(False, False, False, False, True, 0, 0, 30)
    assert confirming.decision == WAITING
    # Nor does the time that OK was held for the last one count: two seconds, and not a frame less or more.
    confirming.judge(False, False, False, True, True, 0, 0, 1)
    assert confirming.decision == WAITING
    confirming.judge(False, False, False, False, True, 0, 0, 18)
    assert confirming.decision == WAITING
    confirming.judge(False, False, False, False, True, 0, 0, 1)
    assert confirming.decision == ACCEPTED


def test_confirming_allocates_nothing():
    confirming = confirm(READ, pages=31)
    assert locked(lambda: _turn(confirming)) == ACCEPTED


def _turn(confirming):
    for _ in range(30):
        confirming.judge(False, True, False, False, False, confirming.page, 0, 1)
        confirming.judge(False, False, False, False, False, confirming.page, 0, 10)
    confirming.judge(False, False, False, True, True, 30, 0, 20)
    return confirming.decision
