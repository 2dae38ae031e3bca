"""Temperature of the face that lies on the skin, to condition (SR-077)."""

from firmware.safety import limits


class TemperatureRule:
    """warm: it should cool down. too_hot: it must not go on. lost: nobody knows. In the frame: allocates nothing."""

    def __init__(self):
        self.warm = False
        self.too_hot = False
        self.lost = False

    def silent(self, samples: int):
        """The sensor has missed that many samples in a row. A skin that nobody measures may be warm; what was too hot stays so."""
        if samples >= limits.SENSOR_SILENT_FRAMES:
            self.lost = True
            self.warm = True

    def judge(self, skin_mc: int):
        """skin_mc: thousandths of a degree Celsius. Too hot goes only when it is not even warm any more, and warm a degree below where it began."""
        self.lost = False
        if skin_mc >= limits.SKIN_WARM_MC:
            self.warm = True
        elif skin_mc < limits.SKIN_WARM_CLEAR_MC:
            self.warm = False
        if skin_mc >= limits.SKIN_HOT_MC:
            self.too_hot = True
        elif not self.warm:
            self.too_hot = False
