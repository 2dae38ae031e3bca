"""What is left in the bag, from the steps made since it was changed (SR-051 to SR-053)."""


class ReservoirRule:
    """left_steps: in the bag, below zero if more was taken than it should have held. low, empty: empty is low as well.

    No hysteresis: what is left only falls until a person changes the bag. In the frame: allocates nothing.
    """

    def __init__(self):
        self.left_steps = 0
        self.low = False
        self.empty = False

    def judge(self, bag_steps: int, used_steps: int, low_steps: int):
        """bag_steps: in a full bag, 0 = no prescription, nothing to judge. used_steps: since it was changed. low_steps: left when it is called low."""
        self.left_steps = bag_steps - used_steps
        self.low = bag_steps > 0 and self.left_steps <= low_steps
        self.empty = bag_steps > 0 and self.left_steps <= 0
