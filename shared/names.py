"""Words for the numbers of shared/codes.py. Only for people at the edge: a pump sends numbers and never loads this."""

from shared.codes import Command, Event, Reason

# The index is the number.
STATES = ("Stopped", "Running", "Paused", "Alarm", "Complete", "Fault", "Confirming")
STAGES = ("", "verified", "shown at the pump", "confirmed", "done", "refused", "unknown")
KEYS = ("STOP", "START", "OK", "UP", "DOWN", "SILENCE")

COMMANDS = {
    Command.READ: "read",
    Command.STOP: "stop",
    Command.PRESCRIPTION: "prescription",
}
REASONS = {
    Reason.NONE: "none",
    Reason.MALFORMED: "malformed",
    Reason.FORGED: "forged",
    Reason.REPLAYED: "replayed",
    Reason.SEQUENCE_JUMP: "sequence jump",
    Reason.STALE_CHALLENGE: "stale challenge",
    Reason.WRONG_PUMP: "wrong pump",
    Reason.UNKNOWN_KIND: "unknown kind",
    Reason.SIGNATURES: "signatures missing or wrong",
    Reason.WRONG_VERSION: "wrong version",
    Reason.WRONG_PREDECESSOR: "does not replace the running prescription",
    Reason.NOT_CONFIRMED: "not confirmed at the pump in time",
    Reason.DECLINED: "declined at the pump",
    Reason.BUSY: "pump is delivering or busy",
    Reason.FIELD_RANGE: "field out of range",
    Reason.UNKNOWN_PROFILE: "profile not in the drug library",
    Reason.DRUG_MISMATCH: "drug does not belong to the profile",
    Reason.CONCENTRATION: "concentration outside the profile",
    Reason.WEIGHT: "weight outside the profile",
    Reason.RATE_HARD_LIMIT: "rate above the absolute hard limit",
    Reason.RATE_PER_KG_HARD_LIMIT: "rate per kg above the hard limit",
    Reason.HOUR_HARD_LIMIT: "hourly limit above the hard limit",
    Reason.DAY_HARD_LIMIT: "daily limit above the hard limit",
    Reason.DURATION_HARD_LIMIT: "duration above the hard limit",
    Reason.VTBI_HARD_LIMIT: "VTBI above the hard limit",
    Reason.NOT_SUPPORTED: "not supported in this version",
    Reason.LIBRARY_VERSION: "made with another drug library",
    Reason.STORAGE: "could not be stored",
    Reason.NO_PRESCRIPTION: "no prescription",
    Reason.NOT_RUNNING: "not running",
    Reason.INTERLOCK: "an active condition stops delivery",
    Reason.STEP_CEILING: "step ceiling",
    Reason.HOUR_LIMIT_REACHED: "hourly limit reached",
    Reason.DAY_LIMIT_REACHED: "daily limit reached",
    Reason.VTBI_REACHED: "VTBI reached",
    Reason.DOSE_MEMORY: "dose memory not writable",
    Reason.NO_WITNESS: "a safety sensor cannot be read",
}
EVENTS = {
    Event.BOOT: "boot",
    Event.STATE_CHANGED: "state changed",
    Event.ALARM_RAISED: "alarm raised",
    Event.ALARM_CLEARED: "alarm cleared",
    Event.ALARM_ACKNOWLEDGED: "alarm acknowledged",
    Event.ALARM_SILENCED: "alarm silenced",
    Event.RX_RECEIVED: "prescription received",
    Event.RX_CONFIRMED: "prescription confirmed",
    Event.RX_ACTIVE: "prescription active",
    Event.RX_REFUSED: "prescription refused",
    Event.COMMAND_DONE: "command done",
    Event.COMMAND_REFUSED: "command refused",
    Event.START_PRESSED: "START pressed",
    Event.STOP_PRESSED: "STOP pressed",
    Event.DELIVERY_COMPLETE: "delivery complete",
    Event.TOTAL_UNCERTAIN: "total uncertain",
    Event.FAULT_LATCHED: "fault latched",
    Event.LIMIT_REFUSED: "limit refused",
    Event.LINK_LOST: "link lost",
    Event.LINK_BACK: "link back",
    Event.FRAME_OVERRUN: "frame overrun",
    Event.RECORDS_DROPPED: "records dropped",
}
