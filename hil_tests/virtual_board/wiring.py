"""Which part hangs on which pin of the ESP32-S3 board: docs/HARDWARE.md as code. One object a part, made when first imported."""

import os

import lockstep
from chips.abp2 import ABP2
from chips.air_detector import AirDetector
from chips.as5600 import AS5600
from chips.deadman import DeadMan
from chips.drv2605l import DRV2605L
from chips.led import RgbLed
from chips.max17048 import MAX17048
from chips.mb85rc256v import MB85RC256V
from chips.nor_flash import NorFlash
from chips.pcf8563 import PCF8563
from chips.piezo import Piezo
from chips.reserve_sounder import ReserveSounder
from chips.sn74hc165 import SN74HC165
from chips.ssd1306 import SSD1306
from chips.tmc2209 import TMC2209
from chips.tmp117 import TMP117
from i2c_bus import Bus
from link_wire import LinkWire
from words import (
    FAULT_BUS0_STUCK,
    FAULT_BUS1_STUCK,
    FAULT_DOWNSTREAM_STUCK,
    FAULT_UPSTREAM_STUCK,
    REP_DOWNSTREAM_PA,
    REP_FLAGS,
    REP_KEYS,
    REP_TAPPED,
    REP_UPSTREAM_PA,
    SENSE_DOWNSTREAM_ANSWERS,
    SENSE_STALL,
    SENSE_UPSTREAM_ANSWERS,
)  # fmt: skip

DEADMAN_SENSE = 1
AIR_SENSE = 2
SOUNDER_SENSE = 3
STEP = 4
DIR = 5
EN = 6
DIAG = 7
SOUNDER = 10
RESERVE_SENSE = 11
LED_RED = 12
DEADMAN = 15
AIR_DRIVE = 16
CONTACTS_LOAD = 35
CONTACTS_CLOCK = 36
CONTACTS_DATA = 37
UART_TX = 43
UART_RX = 44
RESERVE_HOLD = 47
KEY_PINS = (21, 38, 39, 40, 41, 42)  # in the order of shared.codes.Key

_folder = os.getenv("VIGIL_FOLDER")
deadman = DeadMan()
motor = TMC2209(deadman)
air = AirDetector()
sounder = Piezo()
reserve = ReserveSounder()
contacts = SN74HC165()
led = RgbLed()
flash = NorFlash(_folder + "/flash.bin")
display = SSD1306()
link = LinkWire()
bus0 = Bus(
    9, 8, FAULT_BUS0_STUCK,
    (display, MAX17048(), MB85RC256V(_folder + "/fram.bin"), TMP117(), PCF8563(), DRV2605L()),
)  # fmt: skip
bus1 = Bus(
    18, 17, FAULT_BUS1_STUCK,
    (
        AS5600(),
        ABP2(0x28, 0, 103_421, REP_DOWNSTREAM_PA, SENSE_DOWNSTREAM_ANSWERS, FAULT_DOWNSTREAM_STUCK),
        ABP2(0x38, -6_895, 6_895, REP_UPSTREAM_PA, SENSE_UPSTREAM_ANSWERS, FAULT_UPSTREAM_STUCK),
    ),
)  # fmt: skip
nowhere = Bus(-1, -1, 0, ())


def bus_on(scl, sda):
    """The bus these two pins reach; one without parts if they are not a pair."""
    for bus in (bus0, bus1):
        if bus.scl == scl and bus.sda == sda:
            return bus
    return nowhere


def drive(pin, level, changed):
    """A pin is driven by the controller; `changed`: not the level it had."""
    if pin == DEADMAN:
        if changed:
            deadman.edge()
    elif pin == STEP:
        if changed and level:
            motor.step_edge()
    elif pin == DIR:
        motor.forward = bool(level)
    elif pin == EN:
        motor.enabled = not level
    elif pin == AIR_DRIVE:
        air.drive_pin = bool(level)
    elif pin == CONTACTS_CLOCK:
        contacts.clock(level)
    elif pin == CONTACTS_LOAD:
        contacts.load(level)
    elif pin == RESERVE_HOLD:
        reserve.held = bool(level)
    elif LED_RED <= pin <= LED_RED + 2:
        led.pwm(pin - LED_RED, 65_535 if level else 0)
    elif changed and level:
        bus0.clock_edge(pin)
        bus1.clock_edge(pin)


def release(pin):
    """A pin is an input again: what its part's own resistor makes of it."""
    if pin == EN:
        motor.enabled = False
    elif pin == AIR_DRIVE:
        air.drive_pin = False
    elif pin == RESERVE_HOLD:
        reserve.held = False


def driven_from_outside(pin):
    """Level another part puts on the pin: 0, 1, or -1 if nothing does."""
    if pin == CONTACTS_DATA:
        return contacts.output()
    if pin == DIAG:
        return 1 if lockstep.senses[REP_FLAGS] & SENSE_STALL else 0
    for i in range(len(KEY_PINS)):
        if KEY_PINS[i] == pin:
            return 1 - (lockstep.senses[REP_KEYS] >> i & 1)
    if bus0.holds_low(pin) or bus1.holds_low(pin):
        return 0
    if bus0.has(pin) or bus1.has(pin):
        return 1
    return -1


def tapped(pin):
    """Was the key on this pin down and up again during the last sleep."""
    for i in range(len(KEY_PINS)):
        if KEY_PINS[i] == pin:
            return lockstep.senses[REP_TAPPED] >> i & 1
    return 0


def analog_mv(pin):
    if pin == DEADMAN_SENSE:
        return deadman.sense_mv()
    if pin == AIR_SENSE:
        return air.sense_mv()
    if pin == SOUNDER_SENSE:
        return sounder.sense_mv()
    if pin == RESERVE_SENSE:
        return reserve.sense_mv()
    return 0


def pwm(pin, freq_hz, duty_u16):
    if pin == SOUNDER:
        sounder.pwm(freq_hz, duty_u16)
    elif LED_RED <= pin <= LED_RED + 2:
        led.pwm(pin - LED_RED, duty_u16)
