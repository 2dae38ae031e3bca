"""The ESP32-S3 board: the only file that knows its pin numbers (docs/HARDWARE.md)."""

import machine
from esp32 import RMT
from machine import ADC, PWM, UART, WDT, Pin

from firmware.drivers import pressure
from firmware.drivers.air import AirDetector
from firmware.drivers.bus import Bus
from firmware.drivers.buttons import Buttons
from firmware.drivers.buzzer import Buzzer
from firmware.drivers.clock import Clock
from firmware.drivers.contacts import Contacts
from firmware.drivers.deadman import Deadman
from firmware.drivers.display import Display
from firmware.drivers.encoder import Encoder
from firmware.drivers.fittings import Fittings
from firmware.drivers.fram import Fram
from firmware.drivers.fuel_gauge import FuelGauge
from firmware.drivers.haptics import Haptics
from firmware.drivers.light import Light
from firmware.drivers.motor import Motor
from firmware.drivers.pressure import Pressure
from firmware.drivers.reserve_sounder import ReserveSounder
from firmware.drivers.skin import Skin
from firmware.drivers.watchdog import Watchdog

MOTOR_STEP, MOTOR_DIR, MOTOR_EN, MOTOR_DIAG = 4, 5, 6, 7
DEADMAN, DEADMAN_SENSE = 15, 1
AIR_LEVEL, AIR_DRIVE = 2, 16
SOUNDER, SOUNDER_SENSE = 10, 3
RESERVE_HOLD, RESERVE_SENSE = 47, 11
CONTACTS_LOAD, CONTACTS_CLOCK, CONTACTS_DATA = 35, 36, 37
LED_RED, LED_GREEN, LED_BLUE = 12, 13, 14
KEYS = (21, 38, 39, 40, 41, 42)  # STOP, START, OK, UP, DOWN, SILENCE: bits of shared.codes.Key
BUS_0_SDA, BUS_0_SCL = 8, 9
BUS_1_SDA, BUS_1_SCL = 17, 18
LINK_TX, LINK_RX = 43, 44

RMT_HZ = 1_000_000
LED_HZ = 1_000
SOUNDER_HZ = 1_000
LINK_BAUD = 460_800
# 100 ms at full speed are 4,600 bytes; a hub answers with far less, and what does not fit is lost and repeated.
LINK_BUFFER_BYTES = 4_096


def make_watchdog():
    """The chip's watchdog; it does not run yet."""
    return Watchdog(WDT)


def build(board):
    """Give a `firmware.boards.Board` its devices."""
    board.reset_cause = machine.reset_cause()
    board.reset_by_watchdog = board.reset_cause == machine.WDT_RESET
    # Silent from here on, as long as this program holds the pin.
    board.reserve_sounder = ReserveSounder(
        Pin(RESERVE_HOLD, Pin.OUT, value=1), _adc(RESERVE_SENSE)
    )
    # Then the dead-man and the motor: from here on the motor is off until it is asked for.
    board.deadman = Deadman(Pin(DEADMAN, Pin.OUT, value=0), _adc(DEADMAN_SENSE))
    board.motor = Motor(
        RMT(0, pin=Pin(MOTOR_STEP, Pin.OUT, value=0), resolution_hz=RMT_HZ),
        Pin(MOTOR_DIR, Pin.OUT, value=1),
        Pin(MOTOR_EN, Pin.OUT, value=1),
        Pin(MOTOR_DIAG, Pin.IN),
    )
    board.bus_panel = Bus(0, Pin(BUS_0_SCL), Pin(BUS_0_SDA))
    board.bus_safety = Bus(1, Pin(BUS_1_SCL), Pin(BUS_1_SDA))
    _build_senses(board, board.bus_safety.i2c)
    _build_panel(board, board.bus_panel.i2c)
    board.uart = UART(
        1,
        baudrate=LINK_BAUD,
        tx=Pin(LINK_TX),
        rx=Pin(LINK_RX),
        rxbuf=LINK_BUFFER_BYTES,
        txbuf=LINK_BUFFER_BYTES,
        timeout=0,
    )


def _build_senses(board, safety):
    """The witnesses of the monitor, and what a person opens and presses."""
    board.encoder = Encoder(safety)
    board.downstream = Pressure(safety, pressure.ADDRESS_DOWNSTREAM, pressure.GAUGE_15_PSI)
    board.upstream = Pressure(safety, pressure.ADDRESS_UPSTREAM, pressure.PLUS_MINUS_1_PSI)
    board.air = AirDetector(_adc(AIR_LEVEL), Pin(AIR_DRIVE, Pin.OUT, value=1))
    contacts = Contacts(
        Pin(CONTACTS_LOAD, Pin.OUT, value=1),
        Pin(CONTACTS_CLOCK, Pin.OUT, value=0),
        Pin(CONTACTS_DATA, Pin.IN),
    )
    board.fittings = Fittings(contacts)
    board.buttons = Buttons([Pin(number, Pin.IN, Pin.PULL_UP) for number in KEYS], contacts)


def _build_panel(board, panel):
    """The bus that everything else hangs on, and what is seen, heard and felt."""
    board.gauge = FuelGauge(panel)
    board.fram = Fram(panel)
    board.skin = Skin(panel)
    board.clock = Clock(panel)
    board.haptics = Haptics(panel)
    board.display = Display(panel)
    board.buzzer = Buzzer(_pwm(SOUNDER, SOUNDER_HZ), _adc(SOUNDER_SENSE))
    board.light = Light(_pwm(LED_RED, LED_HZ), _pwm(LED_GREEN, LED_HZ), _pwm(LED_BLUE, LED_HZ))


def _adc(number):
    return ADC(Pin(number), atten=ADC.ATTN_11DB)


def _pwm(number, hz):
    return PWM(Pin(number), freq=hz, duty_u16=0)
