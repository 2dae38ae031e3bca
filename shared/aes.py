"""Raw AES for CCM, from the interpreter's own C code. The one file with an outside import.

MicroPython's `cryptolib` has ECB (mode 1) and CBC (mode 2) but no counter mode, so that CCM is
made of these two. On CPython `cryptography` does the same; it is imported on first use.
Both functions work in place on a bytearray whose length is a multiple of 16.
"""

import sys

BLOCK = 16
_MODE_ECB = 1
_MODE_CBC = 2

if sys.implementation.name == "micropython":
    # Not an import statement, as the type check of the PC's side would look for it there.
    cryptolib = __import__("cryptolib")

    def ecb_encrypt(key: bytes, buffer: bytearray) -> None:
        """Encrypt each block of `buffer` by itself."""
        cryptolib.aes(key, _MODE_ECB).encrypt(buffer, buffer)

    def cbc_mac(key: bytes, buffer: bytearray) -> bytes:
        """The last block of `buffer` after CBC from a zero vector. Destroys `buffer`."""
        cryptolib.aes(key, _MODE_CBC, bytes(BLOCK)).encrypt(buffer, buffer)
        return bytes(buffer[-BLOCK:])

else:

    def ecb_encrypt(key: bytes, buffer: bytearray) -> None:
        """Encrypt each block of `buffer` by itself."""
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        # ECB only makes the counter blocks of CCM here, as cryptolib offers nothing better.
        cipher = Cipher(algorithms.AES(key), modes.ECB())
        buffer[:] = cipher.encryptor().update(buffer)

    def cbc_mac(key: bytes, buffer: bytearray) -> bytes:
        """The last block of `buffer` after CBC from a zero vector. Destroys `buffer`."""
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(BLOCK)))
        buffer[:] = cipher.encryptor().update(buffer)
        return bytes(buffer[-BLOCK:])
