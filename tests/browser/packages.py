"""What drives the browsers: which versions, and their installation into a cache folder; and the browsers themselves."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leadconnector-mcp" / "browser"

# puppeteer-core drives Chromium by CDP and Firefox by WebDriver BiDi, with no geckodriver. From 25 on it needs Node 22.
NPM = ["puppeteer-core@24.43.1", "axe-core@4.14.1"]

# Names on PATH, and Debian's package.
BROWSERS = {
    "chromium": (["chromium", "chromium-browser", "google-chrome"], "chromium"),
    "firefox": (["firefox-esr", "firefox"], "firefox-esr"),
}


def node_modules() -> Path:
    """The folder with the packages. One that is incomplete or holds others is made anew."""
    pins = "\n".join(NPM)
    folder = CACHE / f"npm-{hashlib.sha256(pins.encode()).hexdigest()[:8]}"
    complete = folder / ".complete"
    if not complete.exists():
        print(f"installing {', '.join(NPM)}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        command = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", *NPM]
        # The last line on stdout is the count.
        subprocess.run(command, check=True, stdout=sys.stderr)
        complete.write_text(pins)
    return folder / "node_modules"


def browser(name: str) -> Path | None:
    """A browser's program, from PATH or else from Debian where we may install it; `None` if there is none."""
    programs, package = BROWSERS[name]
    if found := on_path(programs):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"installing {package}", file=sys.stderr)
        variables = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", package]):
            done = subprocess.run(["apt-get", *command], stdout=sys.stderr, env=variables)
            if done.returncode != 0:
                print(f"apt-get {command[0]} failed", file=sys.stderr)
                return None
    return on_path(programs)


def on_path(programs: list[str]) -> Path | None:
    found = next(filter(None, map(shutil.which, programs)), None)
    return Path(found) if found else None
