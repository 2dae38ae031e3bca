"""`machine` of the ESP32-S3 port, as far as a pump uses it. What the board does not have is missing here too."""

import os

import lockstep
import machine_pin
from machine_analog import ADC, PWM
from machine_i2c import I2C, SoftI2C
from machine_pin import Pin
from machine_uart import UART
from words import DEEPSLEEP_RESET, HARD_RESET, PWRON_RESET, SOFT_RESET, WDT_RESET

__all__ = (
    "ADC",
    "DEEPSLEEP_RESET",
    "HARD_RESET",
    "I2C",
    "PWM",
    "PWRON_RESET",
    "SOFT_RESET",
    "UART",
    "WDT",
    "WDT_RESET",
    "Pin",
    "SoftI2C",
    "disable_irq",
    "enable_irq",
    "freq",
    "idle",
    "lightsleep",
    "reset",
    "reset_cause",
    "soft_reset",
    "unique_id",
)  # fmt: skip

_FREQUENCIES_HZ = (20_000_000, 40_000_000, 80_000_000, 160_000_000, 240_000_000)
_IDLE_US = 1_000
_cause = int(os.getenv("VIGIL_RESET_CAUSE") or PWRON_RESET)
_unique_id = bytes.fromhex(os.getenv("VIGIL_UNIQUE_ID") or "000000000000")
_freq_hz = 160_000_000


class WDT:
    """Task watchdog: once started it cannot be stopped, and resets the chip when it is not fed within `timeout` ms."""

    def __init__(self, id=0, timeout=5_000):
        if id != 0:
            raise ValueError("WDT doesn't exist")
        if timeout <= 0:
            raise ValueError("WDT timeout too short")
        lockstep.watchdog_start(timeout * 1_000)

    def feed(self):
        lockstep.watchdog_feed()


def reset():
    lockstep.reset(HARD_RESET)


def soft_reset():
    lockstep.reset(SOFT_RESET)


def reset_cause():
    return _cause


def unique_id():
    return _unique_id


def freq(hz=None):
    global _freq_hz
    if hz is None:
        return _freq_hz
    if hz not in _FREQUENCIES_HZ:
        raise ValueError("frequency must be 20MHz, 40MHz, 80Mhz, 160MHz or 240MHz")
    _freq_hz = hz


def idle():
    lockstep.sleep_us(_IDLE_US)


def lightsleep(time_ms=None):
    if time_ms is None:
        raise ValueError("no wake source")
    lockstep.sleep_us(time_ms * 1_000)


def disable_irq():
    was = machine_pin.irq_enabled
    machine_pin.irq_enabled = False
    return was


def enable_irq(state=True):
    machine_pin.irq_enabled = bool(state)
    machine_pin.interrupts.sensed(lockstep.senses)
