"""Flash, FRAM and power cuts: what is written stays, what is torn is torn where the test wanted it."""

from pathlib import Path

from hil_tests.rig.board_files import FLASH_BYTES
from hil_tests.tests.virtual_board_programs import PARTS, REST, board, lines, program

FLASH = """
from esp32 import Partition
part = Partition.find(Partition.TYPE_DATA, label="vigil")[0]
"""


def test_partition_reads_erases_and_programs_by_nor_rules(tmp_path: Path) -> None:
    text = program(
        PARTS,
        FLASH,
        """
        print(part.ioctl(4, 0), part.ioctl(5, 0), part.info()[3:5])
        print(Partition.find(Partition.TYPE_DATA, label="other"), Partition.find())
        buf = bytearray(4)
        part.writeblocks(3, b"\\xf0\\x0f\\xff\\x00", 8)
        part.readblocks(3, buf, 8)
        print(buf.hex())
        part.writeblocks(3, b"\\x3c\\xff\\x55\\x00", 8)    # the second byte would set bits
        part.readblocks(3, buf, 8)
        print(buf.hex())
        part.ioctl(6, 3)
        part.readblocks(3, buf, 8)
        print(buf.hex())
        part.writeblocks(2, bytes(range(256)) * 32)   # two blocks, erased first
        part.readblocks(3, buf, 4092)
        print(buf.hex())
        try:
            part.readblocks(128, buf)
        except OSError as error:
            print(error.errno)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert lines(rig) == [
            "128 4096 (524288, 'vigil')",
            "[] []",
            "f00fff00",
            "300f5500",
            "ffffffff",
            "fcfdfeff",
            "5",
        ]
        assert rig.flash_violations == 2  # 3c sets bits of f0, ff those of 0f
    assert (tmp_path / "flash.bin").stat().st_size == FLASH_BYTES
    assert (tmp_path / "flash.bin").read_bytes()[3 * 4096 - 256 : 3 * 4096] == bytes(range(256))


def test_dead_flash_refuses_to_be_written_and_still_reads(tmp_path: Path) -> None:
    text = program(
        PARTS,
        FLASH,
        """
        time.sleep_ms(10)
        buf = bytearray(4)
        for write in (lambda: part.ioctl(6, 0), lambda: part.writeblocks(0, buf, 0)):
            try:
                write()
            except OSError as error:
                print(error.errno)
        part.readblocks(0, buf)
        print(buf.hex())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.set_fault("flash_dead")
        rig.run_for(20)
        assert lines(rig) == ["5", "5", "ffffffff"]


def test_littlefs_on_the_partition_survives_a_power_cut_without_violations(tmp_path: Path) -> None:
    text = program(
        PARTS,
        FLASH,
        """
        import os, vfs
        if machine.reset_cause() == 1:
            try:
                vfs.mount(part, "/vigil")
            except OSError:
                os.VfsLfs2.mkfs(part)
                vfs.mount(part, "/vigil")
        count = len(os.listdir("/vigil"))
        print("files", count)
        with open("/vigil/file%d" % count, "w") as file:
            file.write("x" * 3000)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        for _ in range(3):
            rig.run_for(200)
            rig.power_cut()
            assert not rig.powered
            rig.run_for(1_000)
            rig.power_on()
        assert lines(rig) == ["files 0", "files 1", "files 2", "files 3"]
        assert rig.flash_violations == 0
        assert rig.now_ms == 3_600


def test_power_fails_within_any_chosen_flash_operation_and_settings_stay_whole(
    tmp_path: Path,
) -> None:
    text = program(
        PARTS,
        FLASH,
        """
        import os, vfs
        try:
            vfs.mount(part, "/vigil")
        except OSError:
            os.VfsLfs2.mkfs(part)
            vfs.mount(part, "/vigil")
            with open("/vigil/settings", "w") as file:
                file.write("0" * 600)
        with open("/vigil/settings") as file:
            old = file.read()
        print("have", old[0], len(old), old == old[0] * 600)
        with open("/vigil/settings.new", "w") as file:
            file.write(chr(ord(old[0]) + 1) * 600)
        os.rename("/vigil/settings.new", "/vigil/settings")
        print("written")
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.power_cut()
        cuts = 0
        for operation in range(1, 40):
            rig.power_cut_at_write(operation, permille=250 * (operation % 5))
            rig.power_on()
            if rig.powered:
                break
            cuts += 1
        assert cuts > 3, "the sweep met the writes"
        assert rig.powered, "and came to their end"
        have = [line for line in lines(rig) if line.startswith("have")]
        assert len(have) == cuts + 2
        assert all(line.endswith("600 True") for line in have)
        assert rig.flash_violations == 0


def test_fram_wraps_reads_on_and_keeps_what_was_written(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        print(bus0.readfrom_mem(0x50, 0x1234, 3, addrsize=16).hex())
        bus0.writeto_mem(0x50, 0x1234, b"abc", addrsize=16)
        bus0.writevto(0x50, (b"\\x7f\\xfe", b"1234"))
        print(bus0.readfrom_mem(0x50, 0x7FFE, 5, addrsize=16).hex())
        bus0.writeto(0x50, b"\\x12\\x34")
        print(bus0.readfrom(0x50, 2), bus0.readfrom(0x50, 1))
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.power_cut()
        rig.power_on()
        assert lines(rig) == [
            "000000",
            "3132333400",
            "b'ab' b'c'",
            "616263",
            "3132333400",
            "b'ab' b'c'",
        ]
    assert (tmp_path / "fram.bin").read_bytes()[0x1234:0x1237] == b"abc"


def test_power_fails_within_a_fram_write_and_leaves_its_first_bytes(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        for n in range(9):
            time.sleep_ms(100)
            bus0.writeto_mem(0x50, 8 * n, b"ABCDEFGH", addrsize=16)
            print(n)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(200)
        rig.power_cut_at_write(3, permille=375)
        assert rig.run_until(lambda: not rig.powered, timeout_ms=5_000)
        assert lines(rig) == ["0", "1", "2", "3"]
        assert rig.now_ms == 500
    written = (tmp_path / "fram.bin").read_bytes()
    assert written[:40] == b"ABCDEFGH" * 4 + b"ABC" + bytes(5)


def test_power_cut_at_exchange_is_exact_and_time_goes_on_in_the_dark(tmp_path: Path) -> None:
    text = program(PARTS, "for n in range(99):\n    print(n)\n    time.sleep_ms(100)\n")
    with board(tmp_path, text) as (rig, plant):
        rig.power_cut_at_exchange(3)
        rig.run_for(1_000)
        assert lines(rig) == ["0", "1", "2", "3"]
        assert not rig.powered
        assert rig.now_ms == plant.elapsed_ms == 1_000
        rig.power_on()
        rig.step()
        assert lines(rig) == ["0", "1", "2", "3", "0", "1"]
