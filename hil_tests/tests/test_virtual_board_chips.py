"""Each part of the virtual board at register level, driven as a driver would drive it."""

from pathlib import Path

from hil_tests.rig.hand_plant import HandPlant
from hil_tests.tests.virtual_board_programs import PARTS, REST, board, lines, program


def test_scan_finds_the_parts_of_each_bus_and_nothing_else(tmp_path: Path) -> None:
    text = program(PARTS, "print(bus0.scan(), bus1.scan())\n", REST)
    with board(tmp_path, text) as (rig, _):
        assert lines(rig) == ["[54, 60, 72, 80, 81, 90] [40, 54, 56]"]


def test_encoder_gives_magnet_status_and_twelve_bits_big_endian(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        def angle():
            raw = bus1.readfrom_mem(0x36, 0x0C, 2)
            return raw[0] << 8 | raw[1]
        print(bus1.readfrom_mem(0x36, 0x0B, 1)[0] & 0x38, angle())
        time.sleep_ms(100)
        print(angle())
        bus1.writeto(0x36, b"\\x0c")
        print(bus1.readfrom(0x36, 4) == bus1.readfrom(0x36, 4))
        """,
        REST,
    )
    plant = HandPlant()
    plant.senses.encoder_count = 0xABC
    with board(tmp_path, text, plant=plant) as (rig, _):
        plant.microsteps = 4_000  # a quarter turn
        rig.step()
        assert lines(rig) == ["32 2748", "1024", "True"]


def test_pressure_needs_its_command_and_five_milliseconds(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        def show(address):
            raw = bus1.readfrom(address, 7)
            print(raw[0], raw[1] << 16 | raw[2] << 8 | raw[3])
        show(0x28)
        bus1.writeto(0x28, b"\\xaa\\0\\0")
        bus1.writeto(0x38, b"\\xaa\\0\\0")
        show(0x28)
        time.sleep_ms(4)
        show(0x28)
        time.sleep_ms(1)
        show(0x28)
        show(0x38)
        bus1.writeto(0x28, b"\\xaa\\x01\\0")
        time.sleep_ms(100)
        show(0x28)
        """,
        REST,
    )
    plant = HandPlant()
    plant.senses.downstream_pa = 40_000
    plant.senses.upstream_pa = -3_000
    with board(tmp_path, text, plant=plant) as (rig, _):
        rig.run_for(5)
        down = 1_677_722 + 40_000 * 13_421_772 // 103_421
        up = 1_677_722 + 3_895 * 13_421_772 // 13_790
        assert lines(rig) == ["64 0", "96 0", "96 0", f"64 {down}", f"64 {up}"]
        plant.senses.downstream_pa = 0
        rig.run_for(100)
        assert lines(rig)[-1] == f"64 {down}", "a wrong command measures nothing"


def test_pressure_beyond_the_chips_range_saturates_and_says_so(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        while True:
            bus1.writeto(0x38, b"\\xaa\\0\\0")
            time.sleep_ms(5)
            raw = bus1.readfrom(0x38, 4)
            print(raw[0], raw[1:4].hex())
        """,
    )
    plant = HandPlant()
    plant.senses.upstream_pa = 9_000
    with board(tmp_path, text, plant=plant) as (rig, _):
        rig.step()
        plant.senses.upstream_pa = -9_000
        rig.step()
        assert lines(rig) == ["65 ffffff", "65 000000"]


def test_fuel_gauge_registers_follow_the_battery(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        def word(register):
            raw = bus0.readfrom_mem(0x36, register, 2)
            return raw[0] << 8 | raw[1]
        while True:
            print(word(0x02), word(0x04), word(0x08) & 0xFFF0, word(0x16))
            time.sleep_ms(1000)
        """,
    )
    plant = HandPlant()
    plant.senses.battery_mv = 3_700
    plant.senses.battery_permille = 500
    with board(tmp_path, text, plant=plant) as (rig, _):
        assert lines(rig) == ["47360 12800 16 0"]  # 3.7 V / 78.125 uV; 50 % in 1/256 %
        plant.senses.battery_permille = 490
        rig.run_for(601_000)
        crate = int(lines(rig)[-1].split()[3]) - 65_536
        assert crate == -29  # 1 % in ten minutes is 6 % an hour, 0.208 % a bit


def test_air_detector_answers_to_its_drive_pin_at_once(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        adc = ADC(Pin(2), atten=ADC.ATTN_11DB)
        drive = Pin(16, Pin.OUT, value=1)
        while True:
            drive(1)
            wet = adc.read_uv() // 1000
            drive(0)
            off = adc.read_uv() // 1000
            drive(1)
            print(wet, off)
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, plant):
        rig.step()
        assert rig.air_drive
        plant.senses.air_mv = 500
        rig.step()
        rig.set_fault("air_drive_stuck")
        rig.step()
        read = [[int(word) for word in line.split()] for line in lines(rig)]
        assert read[0][0] > 2_400 and read[0][1] < 200
        assert 480 < read[2][0] < 510
        assert read[3][1] > 480, "a transmitter that cannot be switched off is seen"


def test_sounder_and_light_reach_the_rig_and_the_current_sense(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        sense = ADC(Pin(3), atten=ADC.ATTN_11DB)
        sounder = PWM(Pin(10), freq=2000, duty_u16=0)
        red = PWM(Pin(12), freq=1000, duty_u16=65535)
        blue = PWM(Pin(14), freq=1000, duty=512)
        print(sense.read_uv() < 100_000)
        sounder.freq(2700)
        sounder.duty_u16(32768)
        while True:
            print(sense.read_uv() > 300_000)
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, plant):
        assert rig.sounder_hz == 2_700
        assert rig.led == (255, 0, 128)
        rig.step()
        assert plant.load_ma == 20 + 15 + 7
        rig.set_fault("sounder_open")
        rig.step()
        assert lines(rig) == ["True", "True", "True", "False"]
        assert rig.sounder_hz == 0


def test_keys_read_low_while_pressed_and_interrupt_at_the_edge(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        keys = [Pin(n, Pin.IN, Pin.PULL_UP) for n in (21, 38, 39, 40, 41, 42)]
        fell = []
        keys[2].irq(handler=lambda pin: print("irq", pin.value()), trigger=Pin.IRQ_FALLING)
        while True:
            print("".join(str(key.value()) for key in keys))
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        rig.press(2)
        rig.step()
        rig.press(5)
        rig.step()
        rig.release(2)
        rig.step()
        assert lines(rig) == ["111111", "irq 0", "110111", "110110", "111110"]


def test_a_silent_chip_is_a_missing_acknowledge_and_a_stuck_bus_is_freed_by_clocks(
    tmp_path: Path,
) -> None:
    text = program(
        PARTS,
        """
        def ask(bus, address):
            try:
                bus.readfrom(address, 1)
                return "ok"
            except OSError as error:
                return error.errno
        while True:
            print(ask(bus1, 0x36), ask(bus1, 0x28), ask(bus1, 0x38), ask(bus0, 0x3C))
            if ask(bus1, 0x36) == 116:
                sda = Pin(17, Pin.IN, Pin.PULL_UP)
                scl = Pin(18, Pin.OPEN_DRAIN, value=1)
                before = sda.value()
                for _ in range(9):
                    scl(0)
                    time.sleep_us(5)
                    scl(1)
                    time.sleep_us(5)
                print("clocked", before, sda.value(), ask(bus1, 0x36))
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, plant):
        plant.senses.encoder_answers = False
        rig.step()
        plant.senses.encoder_answers = True
        plant.senses.downstream_answers = plant.senses.upstream_answers = False
        rig.set_fault("display_silent")
        rig.step()
        plant.senses.downstream_answers = plant.senses.upstream_answers = True
        rig.set_fault("display_silent", False)
        rig.set_fault("bus1_stuck")
        rig.step()
        assert lines(rig) == [
            "ok ok ok ok",
            "19 ok ok ok",
            "ok 19 19 19",
            "116 116 116 ok",
            "clocked 0 1 ok",
        ]
        assert rig.i2c_nacks == 5  # one of them by the second question after the encoder


def test_stall_flag_is_seen_on_diag(tmp_path: Path) -> None:
    text = program(
        PARTS, "while True:\n    print(Pin(7, Pin.IN).value())\n    time.sleep_ms(100)\n"
    )
    with board(tmp_path, text) as (rig, plant):
        plant.senses.stall = True
        rig.step()
        assert lines(rig) == ["0", "1"]
