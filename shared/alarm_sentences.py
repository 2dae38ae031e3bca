"""What the clinic says about an alarm, and the requirements behind it. Beside alarm_table.py, because a pump never loads this."""

from shared import alarm_table as alarm

SENTENCES = {
    alarm.DOWNSTREAM_OCCLUSION: "Line blocked below the pump",
    alarm.UPSTREAM_OCCLUSION: "Bag empty or line blocked above the pump",
    alarm.AIR_IN_LINE: "Air in the line",
    alarm.MOTOR_FAULT: "The roller did not follow the motor",
    alarm.BATTERY_DEPLETED: "Battery empty, delivery stopped",
    alarm.BATTERY_LOW: "Battery low",
    alarm.INFUSION_COMPLETE: "Infusion complete",
    alarm.DOSE_LIMIT: "Dose limit reached, delivery stopped",
    alarm.SENSOR_FAULT: "A safety sensor does not answer",
    alarm.STORAGE_FAULT: "The pump cannot store its records",
    alarm.SYSTEM_FAULT: "System fault",
    alarm.LINK_LOST: "Pump has lost its hub",
    alarm.PAUSED_TOO_LONG: "Paused for more than 10 minutes",
    alarm.NEAR_END: "Infusion ends within 30 minutes",
    alarm.STUCK_KEY: "A key has been held for more than 10 s",
    alarm.RESTARTED: "Pump restarted during delivery and waits",
    alarm.REMOTE_STOP: "Stopped by the clinic, waits for a person at the pump",
}
REQUIREMENTS = {
    alarm.DOWNSTREAM_OCCLUSION: "SR-043 SR-009",
    alarm.UPSTREAM_OCCLUSION: "SR-044 SR-053",
    alarm.AIR_IN_LINE: "SR-049 SR-050",
    alarm.MOTOR_FAULT: "SR-036 SR-038",
    alarm.BATTERY_DEPLETED: "SR-062",
    alarm.BATTERY_LOW: "SR-060 SR-061",
    alarm.INFUSION_COMPLETE: "SR-010",
    alarm.DOSE_LIMIT: "SR-020 SR-021",
    alarm.SENSOR_FAULT: "SR-071",
    alarm.STORAGE_FAULT: "SR-074 SR-079",
    alarm.SYSTEM_FAULT: "SR-072 SR-073",
    alarm.LINK_LOST: "SR-093",
    alarm.PAUSED_TOO_LONG: "SR-096",
    alarm.NEAR_END: "SR-051",
    alarm.STUCK_KEY: "SR-104",
    alarm.RESTARTED: "SR-064",
    alarm.REMOTE_STOP: "SR-094",
}
