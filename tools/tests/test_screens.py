"""The pictures in docs are what the firmware draws."""

from tools import screens


def test_every_picture_in_docs_is_what_the_firmware_draws():
    assert screens.differing() == []


def test_every_screen_shows_something_and_no_two_alarms_look_alike():
    drawn = screens.render()
    assert len(drawn) > 20
    for name, pixels in drawn.items():
        assert 100 < sum(bin(column).count("1") for column in pixels) < 6_000, name
    alarms = [pixels for name, pixels in drawn.items() if name.startswith("alarm-")]
    assert len(set(alarms)) == len(alarms)


def test_letters_never_run_off_the_screen():
    # A clipped letter would leave ink in the last column; only the bars of a full-width row may.
    for name, pixels in screens.render().items():
        if name.startswith("alarm-"):
            body = [pixels[page * 128 + 127] for page in range(2, 6)]
            assert body == [0, 0, 0, 0], name
