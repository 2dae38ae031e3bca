"""The rig itself. What it can do is listed in the package's docstring."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from hil_tests.plant.interface import Actuators, Plant
from hil_tests.rig import pinning
from hil_tests.rig.board_files import BoardFiles
from hil_tests.rig.exchange import pack_reply, read_request
from hil_tests.rig.inputs import Inputs
from hil_tests.rig.interpreter import BoardLost, FirmwareDied, Interpreter
from hil_tests.rig.outputs import Outputs
from hil_tests.rig.rom import rom_image
from hil_tests.virtual_board import words as w

REPOSITORY = Path(__file__).parents[2]
# Of the pump's program. The interpreter on the PC has words of 64 bits, the chip of 32: what that means is in docs/ENGINEERING.md.
HEAP = "208k"
# Measured: the virtual board with all its devices holds 70 KB, and does not run by itself in less than 73 KiB.
BOARD_HEAP_BYTES = 75 * 1024
CONSOLE_TAIL_BYTES = 2_000
RESETS_WITHOUT_SLEEP = 10
LONGEST_ADVANCE_MS = 1_000  # contract of Plant.advance
POWER_OFF_STEP_MS = 100
LINK_BYTES_A_S = w.LINK_BAUD // 10
LINK_BYTES_MAX = 8_192  # of one reply, so that it always fits the pipe
_NO_REQUEST = (0,) * w.WORDS


def _heap_bytes(text: str) -> int:
    """`160k`, `1m` or a number of bytes."""
    unit = {"k": 1024, "m": 1024 * 1024}.get(text[-1:].lower(), 1)
    return int(text[:-1] if unit > 1 else text) * unit


class Rig(Inputs, Outputs):
    def __init__(
        self,
        folder: Path,
        plant: Plant,
        seed: int,
        program: Path = REPOSITORY,
        heap: str = HEAP,
        *,
        main_script: Path | None = None,
        pinned: bool = True,
        hang_s: float = 10.0,
        ticks_start_ms: int | None = None,
    ) -> None:
        Inputs.__init__(self, plant)
        Outputs.__init__(self)
        self.folder = Path(folder).resolve()
        self._files = BoardFiles(self.folder)
        self.exchanges = 0
        self._seed = seed
        self._program = Path(program).resolve()
        self._heap_bytes = _heap_bytes(heap) + BOARD_HEAP_BYTES
        self._pinned = pinned
        self._holds_pin = False
        self._hang_s = hang_s
        self._environment = {"VIGIL_ROM": str(rom_image(self._program, main_script))}
        if main_script:
            self._environment["VIGIL_MAIN"] = str(Path(main_script).resolve())
        if ticks_start_ms is not None:
            self._environment["VIGIL_TICKS_START_MS"] = str(ticks_start_ms)
        self._board: Interpreter | None = None
        self._request: tuple[int, ...] = _NO_REQUEST
        self._request_uart = b""
        self._now_us = 0
        self._plant_ms = 0
        self._stall_us = 0
        self._cut_after: int | None = None
        self._cut_at_write = 0
        self._cut_permille = 0
        self._actuators = Actuators()
        self._hash = sha256(str(seed).encode())

    # -- power ---------------------------------------------------------------------------------

    @property
    def powered(self) -> bool:
        return self._board is not None

    @property
    def process_id(self) -> int | None:
        """Of the interpreter; None while the power is off."""
        return self._board.process_id if self._board else None

    def power_on(self, cause: int = w.PWRON_RESET) -> None:
        """Start the board and run it up to its first sleep. RuntimeError: it is on already."""
        if self._board:
            raise RuntimeError("the board is on")
        if self._pinned and not self._holds_pin:
            pinning.pin()
            self._holds_pin = True
        self._cut_after = None
        self._start(cause)

    def power_cut(self) -> None:
        """Power fails now. What the board was about to do in its sleep does not happen."""
        if self._board:
            self._board.end()
        self._board = None
        self._request = _NO_REQUEST
        self._request_uart = b""
        self._go_dark()
        self._cut_after = None
        self._pass_reserve(0)

    def power_cut_at_exchange(self, count: int) -> None:
        """Power fails after `count` more exchanges."""
        self._cut_after = count

    def power_cut_at_write(self, count: int, permille: int = 500) -> None:
        """Power fails in the `count`-th (1 or more) flash or FRAM operation from now."""
        if count < 1 or not 0 <= permille <= 1_000:
            raise ValueError("count must be at least 1 and permille from 0 to 1000")
        self._cut_at_write = count
        self._cut_permille = permille

    def close(self) -> None:
        """End the board's process. The folder stays."""
        self.power_cut()
        if self._holds_pin:
            pinning.unpin()
            self._holds_pin = False

    def __enter__(self) -> Rig:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- time ----------------------------------------------------------------------------------

    @property
    def now_ms(self) -> int:
        return self._now_us // 1_000

    def step(self) -> None:
        """One exchange: the sleep the board asked for passes. Power off: 100 ms pass."""
        board = self._board
        if board is None:
            self._pass_without_power(POWER_OFF_STEP_MS)
            return
        if self._cut_after is not None:
            if self._cut_after <= 0:
                self.power_cut()
                return
            self._cut_after -= 1
        request = self._request
        interval_us = request[w.REQ_INTERVAL_US] + self._stall_us
        self._stall_us = 0
        self._now_us += interval_us
        actuators = self._actuators
        flags = request[w.REQ_FLAGS]
        # A tap counts for the whole interval: the worst that it can do to a train of steps.
        stopped = (self._keys | self._pressed) & w.KEY_STOP_BIT
        pulsed = 0 if stopped else request[w.REQ_STEPS]
        supplied = bool(flags & w.FLAG_MOTOR_SUPPLIED) and not stopped
        actuators.steps = self._turned_steps(pulsed, supplied, interval_us)
        actuators.motor_powered = self.motor_powered = (
            bool(flags & w.FLAG_MOTOR_POWERED) and not stopped
        )
        actuators.air_drive = self.air_drive = bool(flags & w.FLAG_AIR_DRIVE)
        actuators.load_ma = request[w.REQ_LOAD_MA]
        self.steps_total += pulsed
        self._pass_clock(interval_us)
        self._pass_reserve(interval_us)
        if self._request_uart:
            self._uart_out += self._request_uart
            self._request_uart = b""
        self._advance_plant()
        self._answer(board, interval_us)
        cause = self._listen(board)
        if cause:
            self._start(cause)

    def run_for(self, ms: int) -> None:
        """Exchanges until at least `ms` have passed."""
        end_us = self._now_us + ms * 1_000
        while self._now_us < end_us:
            self.step()

    def run_until(self, predicate: Callable[[], bool], timeout_ms: int) -> bool:
        """True as soon as the predicate holds; False when `timeout_ms` have passed without."""
        end_us = self._now_us + timeout_ms * 1_000
        while not predicate():
            if self._now_us >= end_us:
                return False
            self.step()
        return True

    def stall(self, ms: int) -> None:
        """The next sleep takes `ms` longer than the board asked for."""
        self._stall_us += ms * 1_000

    def hold(self, key: int, ms: int) -> None:
        """Press a key, wait, let it go."""
        self.press(key)
        self.run_for(ms)
        self.release(key)

    def console(self) -> str:
        return self._files.console_text()

    def digest(self) -> str:
        return self._hash.hexdigest()

    # -- inside --------------------------------------------------------------------------------

    def _start(self, cause: int) -> None:
        """Start the board until it sleeps; a program that only resets is dead."""
        for _ in range(RESETS_WITHOUT_SLEEP):
            environment = self._files.next_boot(self._seed, cause)
            board = Interpreter(
                self._heap_bytes,
                {**environment, **self._environment},
                self._files.console,
                self._program,
                self._hang_s,
            )
            self._board = board
            self._answer(board, 0)
            cause = self._listen(board)
            if not cause:
                return
        self._died(f"the program resets without end, cause {cause}")

    def _advance_plant(self) -> None:
        """Bring the plant to now; what the board did counts in the first part of a long interval."""
        target_ms = self._now_us // 1_000
        while self._plant_ms < target_ms:
            part_ms = min(target_ms - self._plant_ms, LONGEST_ADVANCE_MS)
            self.plant.advance(part_ms, self._actuators)
            self._actuators.steps = 0
            self._plant_ms += part_ms

    def _pass_without_power(self, ms: int) -> None:
        self._now_us += ms * 1_000
        self._actuators = Actuators(air_drive=False, load_ma=0)
        self._pass_clock(ms * 1_000)
        self._pass_reserve(ms * 1_000)
        self._advance_plant()

    def _pass_reserve(self, interval_us: int) -> None:
        """The second sounder goes on, whether the board has power or not."""
        faults = self.faults
        held = bool(self._request[w.REQ_FLAGS] & w.FLAG_RESERVE_HELD)
        flat, broken = bool(faults.of("reserve_flat")), bool(faults.of("reserve_open"))
        self._reserve.advance(interval_us, self.powered, held, flat, broken)

    def _answer(self, board: Interpreter, interval_us: int) -> None:
        uart = b""
        if self._uart_in:
            room = min(interval_us * LINK_BYTES_A_S // 1_000_000, LINK_BYTES_MAX)
            uart = bytes(self._uart_in[:room])
            del self._uart_in[:room]
        cut = (self._cut_at_write, self._cut_permille)
        self._cut_at_write = 0
        reply = pack_reply(self._reply(interval_us, self._reserve.capacitor_mv, cut), uart)
        self._hash.update(reply)
        try:
            board.send(reply)
        except BoardLost as lost:
            self._died(str(lost))

    def _listen(self, board: Interpreter) -> int:
        """Take the board's next request. A reset's cause, or 0."""
        try:
            request, screen, uart = read_request(board, self._hash)
        except BoardLost as lost:
            self._died(str(lost))
        kind = request[w.REQ_KIND]
        if kind == w.KIND_CUT:
            self.power_cut()
            return 0
        if kind == w.KIND_RESET:
            cause = request[w.REQ_RESET_CAUSE]
            self.resets.append((self.now_ms, cause))
            self.power_cut()
            return cause
        self.exchanges += 1
        self._request = request
        self._request_uart = uart
        self._take_outputs(request, screen)
        self._pass_reserve(0)
        return 0

    def _died(self, why: str) -> NoReturn:
        self.power_cut()
        raise FirmwareDied(why, self.now_ms, self._files.console_text(CONSOLE_TAIL_BYTES))
