"""The official SDKs as drivers: those of the real clients' test, each at the newest protocol version that it speaks."""

import shutil
from pathlib import Path

import packages
from matrix import DRIVERS


def sdks(work: Path) -> dict[str, list]:
    """The command of each, to which a URL is added. `work` gets the scripts, beside their packages."""
    drivers = work / "drivers"
    drivers.mkdir()
    for file in DRIVERS.glob("*.mjs"):
        shutil.copy(file, drivers)
    # Modules are looked for beside the file that imports them.
    (work / "node_modules").symlink_to(packages.node_modules())
    return {
        "Python SDK": [packages.python("python-2"), DRIVERS / "python_sdk.py", "2026-07-28"],
        "TypeScript SDK": [packages.node(), drivers / "typescript_1.mjs", "2025-11-25"],
    }
