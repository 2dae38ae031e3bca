"""What a scenario file may say, and the sentence that a wrong one gets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hil_tests.scenario import handbook, vocabulary
from hil_tests.scenario.durations import parse_ms, show_ms
from hil_tests.scenario.fields import ScenarioError
from hil_tests.scenario.reader import read_scenario

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "hil_tests" / "scenarios").glob("*.toml"))

GOOD = """\
title = "A title"
requirements = ["SR-006"]
seed = 3
duration = "5 min"

[prescription]
profile = "LID_LOW"
drug = "Lidocaine"
conc_ng_ml = 10_000_000
dosing_weight_g = 70_000
rate_nl_h = 7_000_000
vtbi_nl = 1_000_000
max_hour_nl = 8_000_000
max_day_nl = 100_000_000

[[at]]
time = "1 min"
do = "occlude"
name = "blocked"

[[expect]]
that = "sound"
is = "on"
after = "blocked"
within = "2 min"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "some.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_good_file_is_read_with_defaults_and_times_in_ms(tmp_path):
    scenario = read_scenario(write(tmp_path, GOOD))
    assert scenario.duration_ms == 300_000
    assert scenario.prepare == "running"
    assert scenario.calibration_pl == 3_750
    assert scenario.prescription["occlusion_pa"] == 50_000
    assert scenario.plant.compliance_nl_mmhg == 500
    action = scenario.actions[0]
    assert (action.time_ms, action.do, action.values) == (
        60_000,
        "occlude",
        {"place": "distal", "percent": 100},
    )
    expectation = scenario.expectations[0]
    assert (expectation.form, expectation.values["within"]) == ("within", 120_000)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seed = 3", "seeds = 3", "some.toml: 'seeds' is not known here"),
        ("seed = 3", "seed = 'x'", "'seed' is 'x'; write a whole number"),
        ("seed = 3", "seed = true", "'seed' is True; write a whole number"),
        ("seed = 3", "seed = -1", "'seed' is -1; write a whole number from 0"),
        ('"5 min"', "300", "'duration' 300 is not a time; write it with units"),
        ('"5 min"', '"5 minutes"', "'5 minutes' is not a time"),
        ('"5 min"', '"1000 h"', "'duration' is 1000 h; write a time from 1 s to 192 h"),
        ('["SR-006"]', '["SR-126"]', "'SR-126', which is no requirement; use SR-001 to SR-125"),
        ('["SR-006"]', "[]", "'requirements' is []; write a list of texts"),
        ('title = "A title"', "", "'title' is missing; write text"),
        ("[prescription]", "[prescriptions]", "'prescriptions' is not known here"),
        ('drug = "Lidocaine"', "", "[prescription]: 'drug' is missing"),
        ("rate_nl_h = 7_000_000", "rate_nl_h = 7.0", "'rate_nl_h' is 7.0; write a whole number"),
        ('do = "occlude"', 'do = "explode"', "[[at]] 1: 'do' is 'explode'"),
        ('do = "occlude"', "", "[[at]] 1: 'do' is missing"),
        ('do = "occlude"', 'do = "occlude"\nplace = "elbow"', "'place' is 'elbow'; write one of"),
        ('do = "occlude"', 'do = "occlude"\ndepth = 3', "'depth' is not known here"),
        ('do = "occlude"', 'do = "air"', "(air): 'volume_nl' is missing"),
        ('do = "occlude"', 'do = "press"\nkey = "ANY"', "'key' is 'ANY'; write one of STOP"),
        ('time = "1 min"', 'time = "6 min"', "'time' is after the end (5 min)"),
        ('name = "blocked"', 'name = "zero"', "the name 'zero' is taken"),
        ('that = "sound"', 'that = "smell"', "[[expect]] 1: 'that' is 'smell'"),
        ('is = "on"', 'is = "loud"', "(sound): 'is' is 'loud'; write one of on, off"),
        ('after = "blocked"', 'after = "block"', "the mark 'block' is not known"),
        ('within = "2 min"', "", "say when it holds: 'after' with 'within'"),
        ('within = "2 min"', 'never = true\nwithin = "1 s"', "say when it holds"),
        ('within = "2 min"', 'from = "2 min"\nuntil = "1 min"', "'after' is not known here"),
        ("[[at]]", "[at]", "'at' must be a list; write each as [[at]]"),
        ("[[at]]", "[plant]\nnoise_pa = -1\n[[at]]", "[plant]: 'noise_pa' is -1; allowed are 0"),
        ("[[at]]", "[pump]\nprepare = 'fast'\n[[at]]", "[pump]: 'prepare' is 'fast'"),
        ('do = "occlude"', 'do = "fault"', "(fault): 'fault' is missing"),
        ('do = "occlude"', 'do = "fault"\nfault = "gremlin"', "'fault' is 'gremlin'"),
        (
            'do = "occlude"',
            'do = "fault"\nfault = "motor_overshoots"\nvalue = 900',
            "[[at]] 1: the value of 'motor_overshoots' is 900; allowed: 1 to 400 %",
        ),
        ('do = "occlude"', 'do = "door"\nto = "ajar"', "'to' is 'ajar'; write one of open, close"),
        ("seed = 3", "seed = 3 3", "not TOML"),
    ],
)
def test_bad_file_is_refused_with_file_key_and_remedy(tmp_path, old, new, says):
    assert old in GOOD
    with pytest.raises(ScenarioError) as refusal:
        read_scenario(write(tmp_path, GOOD.replace(old, new)))
    sentence = str(refusal.value)
    assert "some.toml" in sentence
    assert says in sentence
    assert "\n" not in sentence


def test_window_that_ends_before_it_begins_is_refused(tmp_path):
    text = GOOD.replace('after = "blocked"\nwithin = "2 min"', 'from = "2 min"\nuntil = "1 min"')
    with pytest.raises(ScenarioError, match="'until' must be later than 'from'"):
        read_scenario(write(tmp_path, text))


def test_file_without_expectations_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="expects nothing"):
        read_scenario(write(tmp_path, GOOD.partition("[[expect]]")[0]))


def test_running_scenario_without_prescription_is_refused(tmp_path):
    text = re.sub(r"\[prescription\].*?\n\n", "", GOOD, flags=re.DOTALL)
    with pytest.raises(ScenarioError, match=r"\[prescription\] is missing"):
        read_scenario(write(tmp_path, text))


@pytest.mark.parametrize("text", ["0 ms", "250 ms", "1 h 5 min", "90 s", "2h30min"])
def test_times_can_be_written_as_they_are_shown(text):
    assert parse_ms(show_ms(parse_ms(text))) == parse_ms(text)


@pytest.mark.parametrize("text", ["", "5", "5 m", "-1 s", "1.5 s", "s", "1 s x", None, 5, ["1 s"]])
def test_text_without_units_is_no_time(text):
    with pytest.raises(ValueError, match="not a time"):
        parse_ms(text)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_of_the_repository_is_read(path):
    scenario = read_scenario(path)
    assert scenario.expectations
    assert scenario.requirements


def test_seeds_of_the_repository_differ():
    seeds = [read_scenario(path).seed for path in SCENARIOS]
    assert len(set(seeds)) == len(seeds)


def test_readme_of_the_vocabulary_is_what_the_tables_say():
    assert handbook.README.read_text(encoding="utf-8") == handbook.text()


def test_every_word_of_the_vocabulary_stands_in_the_readme():
    page = handbook.text()
    for words in (vocabulary.ACTIONS, vocabulary.EXPECTATIONS, vocabulary.MARKS):
        for word in words:
            assert f"`{word}`" in page


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hil_tests.run", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--target", "serial:/dev/ttyACM0"], "real boards come with issue 4"),
        (["--target", "moon"], "there is no target 'moon'"),
        (["--log", "no/such/folder/x.jsonl"], "cannot be written"),
        (["missing.toml"], "there is no such file"),
    ],
)
def test_bad_option_gives_one_sentence_and_exit_code_2(tmp_path, options, says):
    done = run(str(write(tmp_path, GOOD)), *options)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_one_bad_file_among_good_ones_starts_nothing(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("title = 5\n")
    log = tmp_path / "out"
    log.mkdir()
    done = run(str(write(tmp_path, GOOD)), str(bad), "--log", str(log))
    assert done.returncode == 2
    assert "bad.toml: 'title' is 5" in done.stderr
    assert list(log.iterdir()) == []


def test_one_log_file_for_two_scenarios_is_refused(tmp_path):
    path = str(write(tmp_path, GOOD))
    done = run(path, path, "--log", str(tmp_path / "x.jsonl"))
    assert done.returncode == 2
    assert "one file for 2 scenarios" in done.stderr
