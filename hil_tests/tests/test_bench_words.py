"""What a person types at the bench console, and pacing, keeping and sockets of the live rig."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.live_rig import keeper, sockets
from hil_tests.live_rig.commands import COMMANDS
from hil_tests.live_rig.pacing import Pacer
from hil_tests.plant import HydraulicPlant
from tools.bench_client import BadInput, find_pumps
from tools.bench_words import request_of, usage

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("words", "request_sent"),
    [
        ("occlude", {"do": "occlude"}),
        ("occlude proximal 50", {"do": "occlude", "place": "proximal", "percent": 50}),
        ("air 60", {"do": "air", "volume_nl": 60_000}),
        ("air 0.5", {"do": "air", "volume_nl": 500}),
        ("battery 12.5", {"do": "battery", "permille": 125}),
        ("key ok --hold 2", {"do": "key", "key": "OK", "hold_ms": 2_000}),
        ("key START", {"do": "key", "key": "START"}),
        ("range OUT", {"do": "range", "where": "out"}),
        ("posture -40", {"do": "posture", "cm": -40}),
        ("door", {"do": "door"}),
        ("door close", {"do": "door", "to": "close"}),
        ("cassette in", {"do": "cassette", "to": "in"}),
        ("bag OFF", {"do": "bag", "to": "off"}),
        ("heat 41.5", {"do": "heat", "centi_c": 4_150}),
        ("key pendant --hold 1", {"do": "key", "key": "PENDANT", "hold_ms": 1_000}),
        ("fault encoder_stuck", {"do": "fault", "fault": "encoder_stuck"}),
        ("fault motor_loses_steps 5", {"do": "fault", "fault": "motor_loses_steps", "value": 5}),
        ("mend encoder_stuck", {"do": "mend", "fault": "encoder_stuck"}),
    ],
)
def test_words_become_a_request_in_the_plants_units(words, request_sent):
    command, *rest = words.split()
    assert request_of(command, rest) == request_sent


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("explode", "there is no command 'explode'"),
        ("air", "'air' needs 'volume_nl'"),
        ("air many", "'many' is not a number from 0.1 to 1000 uL"),
        ("air -3", "'-3' is not a number from 0.1 to 1000 uL"),
        ("air 1e99999", "is not a number"),
        ("air nan", "'nan' is not a number"),
        ("air 0.0001", "is not a number"),
        ("range up", "in or out"),
        ("release now", "too many words"),
        ("key PANIC", "STOP or START"),
        ("key OK --hold", "--hold goes with key"),
        ("key OK --hold 90", "'90' is not a number from 0.02 to 60 s"),
        ("release --hold 2", "--hold goes with key"),
        ("door ajar", "open or close"),
        ("heat 200", "'200' is not a number from -20 to 90 C"),
        ("fault gremlin", "encoder_stuck"),
        ("mend", "'mend' needs 'fault'"),
    ],
)
def test_bad_words_get_a_sentence(words, says):
    command, *rest = words.split()
    with pytest.raises(BadInput) as refusal:
        request_of(command, rest)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_every_command_shows_how_to_write_it():
    assert usage("air") == "air <0.1 to 1000 uL>"
    assert usage("key").endswith("[--hold s]")
    assert usage("mend") == "mend <fault>"
    assert all(usage(command).startswith(command) for command in COMMANDS)


def test_console_without_pumps_says_what_to_start(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench", "pump1", "release"],
        cwd=ROOT,
        env={**os.environ, "VIGIL_STATE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "there is no pump 'pump1'" in done.stderr
    assert "start them with make run" in done.stderr


def test_pacer_follows_the_clock_times_speed():
    pacer = Pacer(10.0, now_s=100.0)
    assert pacer.due_ms(100.5, 4_000) == 5_000
    assert pacer.due_ms(101.5, 14_000) == 15_000
    assert pacer.skipped_ms == 0


def test_pacer_gives_up_what_a_sleeping_machine_missed_and_counts_it():
    pacer = Pacer(1.0, now_s=0.0)
    assert pacer.due_ms(10.0, 1_000) == 2_000
    assert pacer.skipped_ms == 8_000
    assert pacer.due_ms(10.5, 2_000) == 2_500
    assert pacer.skipped_ms == 8_000


def test_plant_is_kept_on_disk_and_comes_back(tmp_path):
    plant = HydraulicPlant(3)
    plant.stimulate("occlude", place="distal", percent=70)
    keeper.save(tmp_path, keeper.Kept(3, 12_345, plant.snapshot()))
    kept = keeper.load(tmp_path)
    assert (kept.seed, kept.simulated_ms) == (3, 12_345)
    again = HydraulicPlant(3)
    again.restore(kept.plant)
    assert again.truth() == plant.truth()


def test_new_pumps_have_different_seeds(tmp_path):
    assert keeper.load(tmp_path).seed != keeper.load(tmp_path).seed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 1, "seed": 1, "simulated_ms": 0, "plant": {}}',
        '{"format": 2, "seed": 1}',
    ],
)
def test_file_that_is_no_stored_plant_is_refused(tmp_path, text):
    (tmp_path / keeper.FILE).write_text(text)
    with pytest.raises(keeper.Unusable, match="is not a stored plant"):
        keeper.load(tmp_path)


def test_folder_without_a_pump_and_folder_in_use_are_refused(tmp_path):
    with pytest.raises(keeper.Unusable, match="provision one"):
        keeper.claim(tmp_path)
    (tmp_path / keeper.FLASH).write_bytes(b"")
    with (
        keeper.claim(tmp_path),
        pytest.raises(keeper.Unusable, match="another rig runs the pump"),
    ):
        keeper.claim(tmp_path)
    keeper.claim(tmp_path).close()


def test_socket_may_have_a_long_path_and_a_dead_one_is_replaced(tmp_path):
    folder = tmp_path / ("a" * 100) / ("b" * 100)
    folder.mkdir(parents=True)
    path = folder / "pump1.sock"
    sockets.listen(path).close()
    assert path.exists()
    assert find_pumps(tmp_path) == {}
    with sockets.listen(path):
        assert find_pumps(tmp_path) == {"pump1": path}
        assert path.stat().st_mode & 0o077 == 0
        with pytest.raises(ValueError, match="another rig listens"):
            sockets.listen(path)


def test_socket_never_replaces_a_file(tmp_path):
    path = tmp_path / "pump1.sock"
    path.write_text("mine")
    with pytest.raises(ValueError, match="is no socket"):
        sockets.listen(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--name", "Pump 1"], "use up to 32 small letters"),
        (["--speed", "0"], "use a number above 0"),
        (["--hub", "nowhere"], "write HOST:PORT"),
        (["--hub", "localhost:70000"], "write HOST:PORT"),
        ([], "holds no pump"),
    ],
)
def test_live_rig_refuses_bad_options_with_one_line(tmp_path, options, says):
    arguments = {"--name": "pump1", "--state": str(tmp_path)}
    arguments |= dict(zip(options[::2], options[1::2], strict=True))
    done = subprocess.run(
        [sys.executable, "-m", "hil_tests.live", *(x for pair in arguments.items() for x in pair)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir())) == "[]"
