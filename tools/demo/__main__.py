"""`python -m tools.demo prepare | begin`. VIGIL_STATE, VIGIL_CLINIC_PORT as for tools.run."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from clinic.accounts.accounts import AccountError
from clinic.admin import AdminError
from clinic.config import ConfigError
from clinic.store.db import StoreError
from tools.demo import begin, prepare
from tools.demo.desk import DeskError
from tools.provision import ProvisionError
from tools.sign import SignError

SENTENCES = (
    AccountError,
    AdminError,
    ConfigError,
    DeskError,
    ProvisionError,
    SignError,
    StoreError,
    begin.DemoError,
)


def main(arguments: list[str]) -> int:
    state = Path(os.environ.get("VIGIL_STATE", "state")).resolve()
    port = os.environ.get("VIGIL_CLINIC_PORT", "8080")
    try:
        if arguments == ["prepare"]:
            prepare.prepare(state)
        elif arguments == ["begin"]:
            asyncio.run(begin.begin(state, f"http://127.0.0.1:{port}"))
        else:
            print("demo: say prepare or begin", file=sys.stderr)
            return 2
    except SENTENCES as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
