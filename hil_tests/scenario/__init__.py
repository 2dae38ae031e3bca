"""Scenario files: what they may say (vocabulary, fields), reading, running, judging, showing.

A scenario is data. `reader` refuses a bad file whole before anything is started; `conductor` plays
it on a rig; `judge` compares what was seen with what was expected; `report` and `plot` show it.

May import: shared, tools.provision, the rest of hil_tests. Nobody outside hil_tests imports it.
"""
