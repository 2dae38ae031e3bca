"""CRC-8 of the link header. CRC-32 comes from binascii on both interpreters."""

POLYNOMIAL = 0x07


def crc8(data, start: int = 0) -> int:
    """CRC-8 with polynomial 07, start 00, not reflected, no final XOR (CRC-8/SMBUS)."""
    crc = start
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ POLYNOMIAL if crc & 0x80 else crc << 1) & 0xFF
    return crc
