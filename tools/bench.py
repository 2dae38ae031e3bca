"""The bench console: what happens to the simulated bodies of `make run`.

    python -m tools.bench                          a prompt with help and a live table
    python -m tools.bench pump1 occlude            close the line at the cannula
    python -m tools.bench pump1 air 60             a bubble of 60 uL
    python -m tools.bench pump1 key OK --hold 2    hold a key for 2 s
    python -m tools.bench pump1 key PENDANT        press the patient's button
    python -m tools.bench pump1 door open          open the door
    python -m tools.bench pump1 fault air_blind    break a part; mend makes it good again
    python -m tools.bench pump1 screen out.png     what the pump shows

Pumps are found by their sockets under VIGIL_STATE (state/ if not set). Exit code 0: done;
1: the pump is not there any more; 2: bad input.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools.bench_client import BadInput, Gone
from tools.bench_console import Bench

BAD_INPUT = 2
GONE = 1

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(context_settings={"ignore_unknown_options": True})
def main(
    words: Annotated[
        list[str] | None, typer.Argument(help="PUMP COMMAND [VALUES]; 'help' lists the commands.")
    ] = None,
    hold: Annotated[str | None, typer.Option(help="With key: hold it, in seconds.")] = None,
) -> None:
    """Do something to a running pump's body, or look at it."""
    bench = Bench(Path(os.environ.get("VIGIL_STATE", "state")), Console(highlight=False))
    if not words:
        _converse(bench)
        return
    try:
        bench.carry_out(words if hold is None else [*words, "--hold", hold])
    except BadInput as error:
        print(f"bench: {error}", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    except Gone as error:
        print(f"bench: {error}", file=sys.stderr)
        raise typer.Exit(GONE) from None


def _converse(bench: Bench) -> None:
    """Read lines until the end of input, 'quit' or Ctrl-C. A mistake costs a sentence."""
    bench.carry_out(["help"])
    bench.carry_out(["table"])
    while True:
        try:
            line = input("bench> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if line in ("quit", "exit"):
            return
        if not line:
            continue
        try:
            bench.carry_out(shlex.split(line))
        except (BadInput, Gone, ValueError) as error:
            bench.console.print(str(error), style="red", markup=False)


if __name__ == "__main__":
    app()
