"""The body of the pump and of the patient, simulated: cassette, line, supply, air, battery.

Pure Python, no wall clock, no global random state: one seed gives one run, to the last bit.
`interface.py` is the contract with the rig; `body.HydraulicPlant` is the plant behind it.

May import: the standard library.
May not import: firmware, hub, clinic, shared, the rest of hil_tests.
"""

from hil_tests.plant.body import HydraulicPlant
from hil_tests.plant.config import PlantConfig, read_config
from hil_tests.plant.interface import Actuators, Plant, Senses
from hil_tests.plant.stimuli import STIMULI, check_stimulus, check_values

__all__ = [
    "STIMULI",
    "Actuators",
    "HydraulicPlant",
    "Plant",
    "PlantConfig",
    "Senses",
    "check_stimulus",
    "check_values",
    "read_config",
]
