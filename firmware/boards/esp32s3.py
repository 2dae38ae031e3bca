"""The ESP32-S3 board: the only file that knows its pin numbers (docs/HARDWARE.md)."""

import machine
from esp32 import RMT
from machine import ADC, I2C, PWM, UART, WDT, Pin

from firmware.drivers import pressure
from firmware.drivers.air import AirDetector
from firmware.drivers.bus import Bus
from firmware.drivers.buttons import Buttons
from firmware.drivers.buzzer import Buzzer
from firmware.drivers.deadman import Deadman
from firmware.drivers.display import Display
from firmware.drivers.encoder import Encoder
from firmware.drivers.fram import Fram
from firmware.drivers.fuel_gauge import FuelGauge
from firmware.drivers.light import Light
from firmware.drivers.motor import Motor
from firmware.drivers.pressure import Pressure
from firmware.drivers.watchdog import Watchdog

MOTOR_STEP, MOTOR_DIR, MOTOR_EN, MOTOR_DIAG = 4, 5, 6, 7
DEADMAN, DEADMAN_SENSE = 15, 1
AIR_LEVEL, AIR_DRIVE = 2, 16
SOUNDER, SOUNDER_SENSE = 10, 3
LED_RED, LED_GREEN, LED_BLUE = 12, 13, 14
KEYS = (21, 38, 39, 40, 41, 42)  # STOP, START, OK, UP, DOWN, SILENCE: bits of shared.codes.Key
BUS_0_SDA, BUS_0_SCL = 8, 9
BUS_1_SDA, BUS_1_SCL = 17, 18
LINK_TX, LINK_RX = 43, 44

RMT_HZ = 1_000_000
I2C_HZ = 400_000
# A stuck transfer may cost a frame 5 ms, not more; the longest one, a display page, takes 3.2 ms.
I2C_TIMEOUT_US = 5_000
LED_HZ = 1_000
SOUNDER_HZ = 1_000
LINK_BAUD = 460_800
# 100 ms at full speed are 4,600 bytes; a hub answers with far less, and what does not fit is lost and repeated.
LINK_BUFFER_BYTES = 4_096


class Board:
    """Every device of the pump, and nothing else.

    motor, deadman, encoder, downstream, upstream, air, gauge, fram, buzzer, light, display, buttons, watchdog: firmware.drivers.
    bus_panel (I2C 0), bus_safety (I2C 1): firmware.drivers.bus.Bus. uart: the link. reset_cause: machine.reset_cause() of this boot;
    reset_by_watchdog: it was the chip's own watchdog.
    """

    name = "esp32s3"

    def __init__(self):
        self.reset_cause = machine.reset_cause()
        self.reset_by_watchdog = self.reset_cause == machine.WDT_RESET
        # The dead-man and the motor first: from here on the motor is off until it is asked for.
        self.deadman = Deadman(Pin(DEADMAN, Pin.OUT, value=0), _adc(DEADMAN_SENSE))
        self.motor = Motor(
            RMT(0, pin=Pin(MOTOR_STEP, Pin.OUT, value=0), resolution_hz=RMT_HZ),
            Pin(MOTOR_DIR, Pin.OUT, value=1),
            Pin(MOTOR_EN, Pin.OUT, value=1),
            Pin(MOTOR_DIAG, Pin.IN),
        )
        self.bus_panel = Bus(_make_bus_0, Pin(BUS_0_SCL), Pin(BUS_0_SDA))
        self.bus_safety = Bus(_make_bus_1, Pin(BUS_1_SCL), Pin(BUS_1_SDA))
        panel = self.bus_panel.i2c
        safety = self.bus_safety.i2c
        self.encoder = Encoder(safety)
        self.downstream = Pressure(safety, pressure.ADDRESS_DOWNSTREAM, pressure.GAUGE_15_PSI)
        self.upstream = Pressure(safety, pressure.ADDRESS_UPSTREAM, pressure.PLUS_MINUS_1_PSI)
        self.air = AirDetector(_adc(AIR_LEVEL), Pin(AIR_DRIVE, Pin.OUT, value=1))
        self.gauge = FuelGauge(panel)
        self.fram = Fram(panel)
        self.display = Display(panel)
        self.buzzer = Buzzer(_pwm(SOUNDER, SOUNDER_HZ), _adc(SOUNDER_SENSE))
        self.light = Light(_pwm(LED_RED, LED_HZ), _pwm(LED_GREEN, LED_HZ), _pwm(LED_BLUE, LED_HZ))
        self.buttons = Buttons([Pin(number, Pin.IN, Pin.PULL_UP) for number in KEYS])
        self.watchdog = Watchdog(_make_watchdog)
        self.uart = UART(
            1,
            baudrate=LINK_BAUD,
            tx=Pin(LINK_TX),
            rx=Pin(LINK_RX),
            rxbuf=LINK_BUFFER_BYTES,
            txbuf=LINK_BUFFER_BYTES,
            timeout=0,
        )

    def start_watchdog(self):
        """Start the chip's watchdog: 1,000 ms without `watchdog.feed` reset the chip."""
        self.watchdog.start()


def build() -> Board:
    """All devices, constructed once at boot. Raises nothing for a device that does not answer; its first sample says so."""
    return Board()


def _adc(number):
    return ADC(Pin(number), atten=ADC.ATTN_11DB)


def _pwm(number, hz):
    return PWM(Pin(number), freq=hz, duty_u16=0)


def _make_bus_0():
    return I2C(0, scl=Pin(BUS_0_SCL), sda=Pin(BUS_0_SDA), freq=I2C_HZ, timeout=I2C_TIMEOUT_US)


def _make_bus_1():
    return I2C(1, scl=Pin(BUS_1_SCL), sda=Pin(BUS_1_SDA), freq=I2C_HZ, timeout=I2C_TIMEOUT_US)


def _make_watchdog(timeout_ms):
    return WDT(timeout=timeout_ms)
