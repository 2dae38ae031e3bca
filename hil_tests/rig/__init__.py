"""The rig: the CPython side of the bench. Owns simulated time and the virtual board's process, in lockstep and deterministic.

    from hil_tests.rig import FirmwareDied, Rig

    with Rig(folder, plant, seed=1) as rig:         # folder keeps flash.bin, fram.bin, console.log, rig.json
        rig.power_on()
        rig.run_for(2_000)                          # simulated milliseconds
        rig.hold(Key.START, 200)
        assert rig.run_until(lambda: rig.steps_total > 0, timeout_ms=10_000)

`Rig(folder, plant, seed, program=repository root, heap=rig.HEAP, *, main_script=None, pinned=True, hang_s=10.0, ticks_start_ms=None)`
: `plant` is a `hil_tests.plant.interface.Plant`; `program` is the folder that stands for the board's file system root (a checkout or a flashed tree);
  `heap` is what the firmware has: the rig adds what the virtual board itself takes; `main_script` runs in place of the firmware; `pinned` ties
  rig and board to one core (fast, for unthrottled runs).

Between two calls the board always sleeps: files, console and screen stand still. A sleep of the firmware is one exchange, of 1 to 1,000 ms.

| call | what it does |
|---|---|
| `power_on(cause=PWRON_RESET)` | start the interpreter, run it up to its first sleep |
| `power_cut()` | SIGKILL now; flash and FRAM keep what was written |
| `power_cut_at_exchange(n)` | the same after n more exchanges |
| `power_cut_at_write(n, permille=500)` | in the n-th flash or FRAM operation after the next exchange (or after `power_on`), torn there |
| `powered`, `now_ms`, `exchanges`, `process_id` | state; time goes on while the power is off |
| `step()` | one exchange (power off: 100 ms) |
| `run_for(ms)` | at least that long, in whole exchanges |
| `run_until(predicate, timeout_ms)` | True as soon as `predicate()` holds, asked after every exchange |
| `stall(ms)` | the next sleep takes that much longer, as if the controller had hung |
| `press(key)`, `release(key)`, `hold(key, ms)` | numbers of `shared.codes.Key`; STOP drops the motor at this instant |
| `pendant(down)` | the same for the patient's button |
| `fittings(open=mask, broken=mask)` | door 1, cassette 2, bag 4: what stands open, and whose two contacts are equal; also a stimulus of the plant |
| `skin_centi_c` | temperature of the skin face, 1/100 degree Celsius; set it |
| `set_fault(name, value=True)` | faults of the pump's parts: rig/faults.py has them all; True is the usual value, False mends |
| `faults.names()`, `faults.of(name)` | what is wrong now |
| `clock_fault(rate_permille=1000, stopped=False)` | how the real-time clock goes; `real_time_clock.set(seconds)` puts its hands |
| `give_uart(bytes)`, `take_uart()` | the link's bytes, 460,800 baud in each direction |
| `screen()`, `screen_on`, `save_screen(path, scale=4)` | display memory (1,024 bytes, page order) and a PNG of it |
| `screen_contrast` | 0 to 255 |
| `sounder_hz`, `led`, `vibrating`, `motor_powered`, `air_drive` | outputs as they are now; led is (red, green, blue), 0 to 255 |
| `reserve_sounding` | the second sounder, which outlives the power |
| `steps_total` | microsteps pulsed; what the roller turned is the plant's, and differs under a fault of the motor |
| `resets` | `(now_ms, cause)` of every reset the board asked for or the watchdog made |
| `flash_violations`, `uart_lost`, `store_writes`, `i2c_nacks` | counters since power-on |
| `console()` | all that was printed so far |
| `digest()` | SHA-256 of all exchanges: equal for equal seed, program, folder and stimuli |
| `close()` | ends the process; also at garbage collection and interpreter exit |

`FirmwareDied`: the program ended, or did not sleep for `hang_s` of wall time. Its text holds the tail of the console.

`rig.py` has power, time and the exchange; `inputs.py` what is done to a board, `outputs.py` what is seen of it, `own_supply.py` what goes on without power.

May import: hil_tests.plant.interface, hil_tests.virtual_board.words. May not import: firmware, hub, clinic.
"""

from hil_tests.rig.interpreter import FirmwareDied
from hil_tests.rig.rig import Rig

__all__ = ("FirmwareDied", "Rig")
