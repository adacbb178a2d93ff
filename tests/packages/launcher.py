"""The npm launcher: what it writes, the signals and exit codes that it passes on, and what it says without a program."""

import fcntl
import json
import os
import pty
import select
import shutil
import signal
import socket
import subprocess
import sys
import termios
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "packaging" / "npm" / "launcher" / "package.json"
SECONDS = 30


def platforms() -> list[str]:
    return [name.partition("/")[2] for name in json.loads(PACKAGE.read_text())["optionalDependencies"]]


class Npm:
    """Node alone, with the registry of the packed packages."""

    def __init__(self, work: Path, registry: str, platform: str) -> None:
        self.work, self.registry, self.platform = work, registry, platform
        self.path = work / "npm-path"
        self.path.mkdir()
        # npx starts programs by sh; it is part of every system that has Node.
        for name in ["node", "npm", "npx", "sh"]:
            (self.path / name).symlink_to(Path(shutil.which(name)).resolve())

    def environment(self, home: str) -> dict[str, str]:
        folder = self.work / f"{home}-home"
        folder.mkdir(exist_ok=True)
        return {
            "PATH": str(self.path),
            "HOME": str(folder),
            "npm_config_registry": self.registry,
            "npm_config_audit": "false",
            "npm_config_update_notifier": "false",
        }

    def install(self, name: str, *options: str) -> list[str]:
        """Installs into a folder of that name; the launcher's command."""
        folder = self.work / name
        folder.mkdir()
        (folder / "package.json").write_text("{}")
        command = [self.path / "npm", "install", *options, "leadconnector-mcp"]
        subprocess.run(command, cwd=folder, env=self.environment(name), check=True, capture_output=True, timeout=SECONDS)
        return [str(folder / "node_modules" / ".bin" / "leadconnector-mcp")]


def checks(npm: Npm) -> dict:
    """By name; the first installs the launcher that the others use."""
    installed: list[str] = []

    def exit_codes() -> None:
        installed.extend(npm.install("installed"))
        run = lambda *arguments: finished(npm, [*installed, *arguments])  # noqa: E731
        assert run("--version").returncode == 0
        wrong = run("serve", "--no-such-flag")
        assert (wrong.returncode, wrong.stdout) == (64, ""), wrong
        tokenless = run("stdio")
        assert tokenless.returncode not in (0, 1) and tokenless.stdout == "", tokenless
        npx = finished(npm, [str(npm.path / "npx"), "-y", "leadconnector-mcp", "serve", "--no-such-flag"])
        assert (npx.returncode, npx.stdout) == (64, ""), npx

    def signals() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with serving(npm, installed) as (process, _):
                process.send_signal(number)
                assert process.wait(SECONDS) == 0, number
        with serving(npm, installed) as (process, program):
            os.kill(program, signal.SIGKILL)
            assert process.wait(SECONDS) == -signal.SIGKILL

    def without_program() -> None:
        result = finished(npm, npm.install("without", "--omit=optional"))
        assert (result.returncode, result.stdout) == (1, ""), result
        assert f"@leadconnector-mcp/{npm.platform} is not installed" in result.stderr, result.stderr

    def no_such_platform() -> None:
        # Set before the launcher looks.
        code = "Object.defineProperty(process, 'arch', { value: 'mips' }); process.argv.splice(1, 0, 'x'); require(process.argv[2])"
        launcher = str(Path(installed[0]).resolve())
        result = finished(npm, [str(npm.path / "node"), "-e", code, launcher])
        assert (result.returncode, result.stdout) == (1, ""), result
        assert "no npm package for linux-mips" in result.stderr, result.stderr

    return {
        "exit codes are passed on, and stdout stays empty": exit_codes,
        "signals are passed on, and the program's end by one": signals,
        "Ctrl-C in a terminal arrives once": lambda: in_terminal(npm),
        "without its platform's package the launcher says so": without_program,
        "on another platform the launcher says so": no_such_platform,
    }


def finished(npm: Npm, command: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, env=npm.environment("installed"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
    )


@contextmanager
def serving(npm: Npm, command: list[str]):
    """Yields the launcher's process and the id of the program's, once it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [*command, "serve", "--sandbox", "--listen", address],
        env=npm.environment("installed"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    program = None
    try:
        end = time.monotonic() + SECONDS
        while not healthy(address):
            assert process.poll() is None and time.monotonic() < end, "the program did not come up"
            time.sleep(0.05)
        (program,) = map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())
        yield process, program
        assert not alive(program), "the program outlived the launcher"
    finally:
        if program is not None and alive(program):
            os.kill(program, signal.SIGKILL)
        if process.poll() is None:
            process.kill()
        process.wait()


# Stands in for the program: it says what signals it gets.
COUNTER = """
import signal, sys
signal.signal(signal.SIGINT, lambda *_: print("interrupted", flush=True))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("ready", flush=True)
while True:
    signal.pause()
"""


def in_terminal(npm: Npm) -> None:
    """A second signal would stop the program without finishing its calls."""
    (launcher,) = npm.install("terminal")
    program = npm.work / "terminal" / "node_modules" / "@leadconnector-mcp" / npm.platform / "bin" / "leadconnector-mcp"
    program.write_text(f"#!{sys.executable}\n{COUNTER}")
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [launcher],
        env=npm.environment("terminal"),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(terminal, termios.TIOCSCTTY, 0),  # so that Ctrl-C becomes a signal
    )
    os.close(terminal)
    try:
        printed = read_until(controller, "ready")
        os.write(controller, b"\x03")
        printed += read_until(controller, "interrupted")
        # The launcher takes signals in their order: what it passed on of Ctrl-C has arrived before this one.
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 7
        printed += read_until(controller, None)
        assert printed.count("interrupted") == 1, printed
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(controller)  # which ends what is left in the terminal


def read_until(controller: int, word: str | None) -> str:
    """What is printed up to a word, or to the end."""
    text, end = "", time.monotonic() + SECONDS
    while word is None or word not in text:
        ready, _, _ = select.select([controller], [], [], max(0, end - time.monotonic()))
        assert ready, f"no '{word}' in {text!r}"
        try:
            text += os.read(controller, 65536).decode(errors="replace")
        except OSError:  # closed at the other end
            assert word is None, f"no '{word}' in {text!r}"
            break
    return text


def healthy(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{address}/healthz", timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False
