"""The supervisor with small real children: they start in order, are watched, and nothing of them is left."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from tools.house import display
from tools.house.checks import check_modules, check_ports, lock_state
from tools.house.part import ROOT, Spec, State
from tools.house.settings import Refused, load
from tools.house.supervisor import Supervisor

DEADLINE_S = 20.0
SLEEPER = "import time; print('here', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
# A child that starts one of its own, says its id and waits.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
print(child.pid, flush=True)
time.sleep(600)
"""


def spec(name: str, code: str, folder: Path, **options) -> Spec:
    """A part that is ready when it has written a line."""
    log = folder / "log" / f"{name}.log"
    options.setdefault("ready", lambda: log.exists() and log.stat().st_size > 0)
    options.setdefault("ready_s", DEADLINE_S)
    return Spec(name=name, arguments=[sys.executable, "-c", code], **options)


def supervise(steps, folder: Path, on_show: Callable[[Supervisor], None], **options):
    """Run a supervisor here. Returns exit code, supervisor, lines said. `on_show` sees it a few times a second."""
    said: list[str] = []
    holder: list[Supervisor] = []
    supervisor = Supervisor(
        steps,
        folder / "log",
        show=lambda parts: on_show(holder[0]),
        say=said.append,
        all_up=lambda: said.append("all up"),
        **options,
    )
    holder.append(supervisor)
    # Whatever goes wrong, the test ends.
    guard = threading.Timer(DEADLINE_S * 2, os.kill, (os.getpid(), signal.SIGTERM))
    guard.start()
    try:
        code = supervisor.run()
    finally:
        guard.cancel()
    return code, supervisor, said


def alive(pid: int) -> bool:
    """Running, and not only a zombie whose parent has not looked yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(pid: int) -> bool:
    deadline_s = time.monotonic() + DEADLINE_S
    while alive(pid):
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.02)
    return True


def states(supervisor: Supervisor) -> dict[str, State]:
    return {part.name: part.state for part in supervisor.parts}


def interrupt_when_running(supervisor: Supervisor) -> None:
    if all(part.state is State.RUNNING for part in supervisor.parts):
        os.kill(os.getpid(), signal.SIGINT)


def test_interrupt_ends_every_part_and_their_children_with_code_zero(tmp_path: Path) -> None:
    steps = [[spec("one", PARENT, tmp_path)], [spec("two", SLEEPER, tmp_path)]]
    code, supervisor, said = supervise(steps, tmp_path, interrupt_when_running)
    assert code == 0
    assert set(states(supervisor).values()) == {State.STOPPED}
    grandchild = int((tmp_path / "log" / "one.log").read_text())
    pids = [part.pid for part in supervisor.parts] + [grandchild]
    assert all(pid and gone(pid) for pid in pids)
    assert said == ["all up"]


def test_killed_child_is_named_with_its_last_line_and_all_others_end(tmp_path: Path) -> None:
    steps = [[spec("good", SLEEPER, tmp_path)], [spec("doomed", SLEEPER, tmp_path)]]

    def kill_doomed(supervisor: Supervisor) -> None:
        doomed = supervisor.parts[1]
        if doomed.state is State.RUNNING and doomed.pid:
            os.kill(doomed.pid, signal.SIGKILL)

    code, supervisor, said = supervise(steps, tmp_path, kill_doomed)
    assert code == 1
    assert said[-1] == "doomed was killed by SIGKILL: here"
    assert states(supervisor) == {"good": State.STOPPED, "doomed": State.FAILED}
    assert all(part.pid and gone(part.pid) for part in supervisor.parts)


def test_child_that_fails_while_starting_stops_the_house_before_later_steps(
    tmp_path: Path,
) -> None:
    code_text = "import sys; print('no such file: keys'); sys.exit(3)"
    steps = [
        [spec("one", SLEEPER, tmp_path)],
        [spec("bad", code_text, tmp_path, ready=lambda: False)],
        [spec("never", SLEEPER, tmp_path)],
    ]
    code, supervisor, said = supervise(steps, tmp_path, lambda _: None)
    assert code == 1
    assert said == ["bad ended with code 3: no such file: keys"]
    assert states(supervisor)["never"] is State.WAITING


def test_last_words_are_of_this_run_and_not_of_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "mute.log").write_text("words of the last run\n")
    code, _, said = supervise([[spec("mute", "exit(4)", tmp_path)]], tmp_path, lambda _: None)
    assert (code, said[-1]) == (1, "mute ended with code 4 and said nothing")


def test_part_that_is_not_ready_in_time_is_named(tmp_path: Path) -> None:
    slow = spec("slow", SLEEPER, tmp_path, ready=lambda: False, ready_s=0.3)
    code, supervisor, said = supervise([[slow]], tmp_path, lambda _: None)
    assert code == 1
    assert said[-1].startswith("slow was not ready after 0.3 s")
    pid = supervisor.parts[0].pid
    assert pid and gone(pid)


def test_stubborn_part_is_killed_after_its_time_and_named(tmp_path: Path) -> None:
    steps = [[spec("stubborn", STUBBORN, tmp_path)]]
    code, supervisor, said = supervise(steps, tmp_path, interrupt_when_running, end_s=0.5)
    assert code == 0
    assert said[-1] == "stubborn did not end in time and was killed"
    pid = supervisor.parts[0].pid
    assert pid and gone(pid)


def test_work_that_is_done_lets_the_next_step_start(tmp_path: Path) -> None:
    steps = [
        [spec("work", "print('enrolled')", tmp_path, ends=True)],
        [spec("after", SLEEPER, tmp_path)],
    ]

    def interrupt(supervisor: Supervisor) -> None:
        if supervisor.parts[1].state is State.RUNNING:
            os.kill(os.getpid(), signal.SIGTERM)

    code, supervisor, _ = supervise(steps, tmp_path, interrupt)
    assert code == 0
    assert states(supervisor) == {"work": State.DONE, "after": State.STOPPED}
    assert supervisor.parts[0].line() == "enrolled"


def test_killed_supervisor_takes_its_children_with_it(tmp_path: Path) -> None:
    code = f"""
    import sys
    from pathlib import Path
    from tools.house.part import Spec
    from tools.house.supervisor import Supervisor
    folder = Path({str(tmp_path)!r})
    part = Spec("one", [sys.executable, "-c", {SLEEPER!r}], lambda: True, 10.0)
    shown = lambda parts: (folder / "pid").write_text(str(parts[0].pid))
    Supervisor([[part]], folder / "log", shown, print, lambda: None).run()
    """
    supervisor = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT)
    deadline_s = time.monotonic() + DEADLINE_S
    log = tmp_path / "log" / "one.log"
    while not (log.exists() and log.read_text().strip() == "here"):
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    supervisor.kill()
    supervisor.wait()
    assert gone(int((tmp_path / "pid").read_text()))


def test_second_house_on_the_same_state_is_refused_and_names_the_first(tmp_path: Path) -> None:
    with (
        lock_state(tmp_path),
        pytest.raises(Refused, match=f"already runs on .* \\(process {os.getpid()}\\)"),
    ):
        lock_state(tmp_path)
    lock_state(tmp_path).close()


def test_port_in_use_is_refused_with_the_setting_that_moves_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = load({"VIGIL_STATE": str(tmp_path), "VIGIL_CLINIC_PORT": str(port)})
        with pytest.raises(Refused, match=f"port {port} is in use; set VIGIL_CLINIC_PORT"):
            check_ports(settings)


def test_broker_of_others_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        given = {"VIGIL_STATE": str(tmp_path), "MQTT_URL": f"mqtt://127.0.0.1:{port}"}
        for name in ("VIGIL_CLINIC_PORT", "VIGIL_HUB_LINK_PORT"):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                given[name] = str(probe.getsockname()[1])
        with pytest.raises(Refused, match="no broker answers"):
            check_ports(load(given))


def test_missing_module_is_refused_by_name() -> None:
    with pytest.raises(Refused, match=r"tools\.no_such_part is missing"):
        check_modules(["tools.broker", "tools.no_such_part"])
    with pytest.raises(Refused, match=r"nowhere\.at_all is missing"):
        check_modules(["nowhere.at_all"])


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SPEED": "fast"}, "SPEED=fast is not a number"),
        ({"SPEED": "nan"}, "SPEED=nan is not a number"),
        ({"SPEED": "0"}, "SPEED=0 is not a number"),
        ({"VIGIL_CLINIC_PORT": "70000"}, "VIGIL_CLINIC_PORT=70000 is not a port"),
        ({"VIGIL_BROKER_PORT": "-1"}, "VIGIL_BROKER_PORT=-1 is not a port"),
        ({"VIGIL_HUB_LINK_PORT": "8080"}, "three different ports"),
        ({"MQTT_URL": "http://x"}, "MQTT_URL=http://x is not mqtt://"),
        ({"MQTT_URL": "mqtt://[::1"}, "is not mqtt://"),
    ],
)
def test_bad_setting_is_refused_by_name(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        load(environment)
    assert sentence in str(refusal.value)


def test_run_with_a_bad_setting_prints_one_line_and_exits_with_two() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.run"],
        cwd=ROOT,
        env={**os.environ, "SPEED": "much"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == "run: SPEED=much is not a number between 0.1 and 1000\n"
    assert done.stdout == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_display_shows_every_part_with_state_and_line_as_it_is(
    tmp_path: Path, terminal: bool
) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=100, no_color=True)
    shown: list[State] = []
    with display.make(console) as shows:

        def show(parts) -> None:
            shows.show(parts)
            if parts[0].state is not (shown[-1] if shown else None):
                shown.append(parts[0].state)
            if parts[0].state is State.RUNNING and "[bold]" in out.getvalue():
                os.kill(os.getpid(), signal.SIGTERM)

        part = spec("talker", SLEEPER.replace("here", "[bold]not markup[/]"), tmp_path)
        assert Supervisor([[part]], tmp_path / "log", show, shows.say, lambda: None).run() == 0
    assert shown == [State.STARTING, State.RUNNING, State.STOPPED]
    assert "talker" in out.getvalue()
    assert "[bold]not markup[/]" in out.getvalue()


def test_reader_that_goes_away_ends_the_house(tmp_path: Path) -> None:
    code = f"""
    import sys
    from pathlib import Path
    from rich.console import Console
    from tools.house import display
    from tools.house.part import Spec
    from tools.house.supervisor import Supervisor
    folder = Path({str(tmp_path)!r})
    part = Spec("one", [sys.executable, "-c", {SLEEPER!r}], lambda: True, 10.0)
    with display.make(Console()) as shown:
        def show(parts):
            (folder / "pid").write_text(str(parts[0].pid))
            shown.say("a line")
        Supervisor([[part]], folder / "log", show, shown.say, lambda: None).run()
    """
    supervisor = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert supervisor.stdout is not None
    supervisor.stdout.readline()
    supervisor.stdout.close()
    assert supervisor.wait(timeout=DEADLINE_S) != 0
    assert gone(int((tmp_path / "pid").read_text()))
