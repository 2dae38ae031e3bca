"""Pressure to condition. First rule: the hard threshold of the prescription, which always stays (SR-043), and suction at the inlet (SR-044)."""

from firmware.safety import limits


class OcclusionRule:
    """Judges one frame's pressures. In the frame: allocates nothing."""

    def __init__(self):
        self._upstream_frames = 0
        self.downstream = False
        self.upstream = False

    def judge(self, downstream_pa: int, upstream_pa: int, threshold_pa: int):
        """`downstream`: pressure at or above the threshold in this very sample; one sample is enough, because waiting costs the patient volume.
        `upstream`: suction in three samples in a row, because a bag that is shaken gives single ones.
        """
        self.downstream = threshold_pa > 0 and downstream_pa >= threshold_pa
        if upstream_pa <= limits.UPSTREAM_OCCLUSION_PA:
            if self._upstream_frames < limits.UPSTREAM_FRAMES:
                self._upstream_frames += 1
        else:
            self._upstream_frames = 0
        self.upstream = self._upstream_frames >= limits.UPSTREAM_FRAMES
