"""Requirements of the firmware that no test names yet, each with its reason. May only shrink: an entry that has its test is an error."""

NOT_YET: dict[str, str] = {
    "SR-026": "a bolus that runs is ended by what stops, not by what only forbids one (issue 3)",
    "SR-047": "what a blocked line holds is neither let off nor shown (issue 3)",
    "SR-054": "the pump has no second measure of what is left in the bag (issue 3)",
}
