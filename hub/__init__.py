"""The courier in the patient's home: takes sealed records from pumps, stores them, carries them to the clinic.

It cannot read what it carries, and nothing it does makes a pump safer or less safe; it can only be late.
May import: shared. May not import: firmware, clinic, hil_tests, tools.
Inside, left may import right: cli -> app -> { links, uplink } -> { store, commands, known_pumps } -> { config, logs }.
"""
