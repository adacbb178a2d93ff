"""The npm launcher: what it writes, the signals and exit codes that it passes on, and what it says without a program."""

import json
import os
import pty
import select
import shutil
import signal
import socket
import subprocess
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
        "Ctrl-C in a terminal arrives once": lambda: in_terminal(npm, installed),
        "without its platform's package the launcher says so": without_program,
        "on another platform the launcher says so": no_such_platform,
    }


def finished(npm: Npm, command: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, env=npm.environment("installed"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
    )


@contextmanager
def serving(npm: Npm, command: list[str], **streams):
    """Yields the launcher's process and the id of the program's, once it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    streams = streams or {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        [*command, "serve", "--sandbox", "--listen", address], env=npm.environment("installed"), **streams
    )
    process.address = address
    program = None
    try:
        end = time.monotonic() + SECONDS
        while not healthy(address):
            assert process.poll() is None and time.monotonic() < end, "the program did not come up"
            time.sleep(0.05)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        (program,) = map(int, children)
        yield process, program
        assert not alive(program), "the program outlived the launcher"
    finally:
        for pid in filter(None, [program if process.poll() is None else None]):
            os.kill(pid, signal.SIGKILL)
        if process.poll() is None:
            process.kill()
        process.wait()


def in_terminal(npm: Npm, command: list[str]) -> None:
    """A second signal would end the program with a failure, as it drains an open connection when the first one comes."""
    controller, terminal = pty.openpty()
    own_session = {"start_new_session": True, "preexec_fn": lambda: control(terminal)}
    with serving(npm, command, stdin=terminal, stdout=terminal, stderr=terminal, **own_session) as (process, _):
        host, port = process.address.split(":")
        with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200 OK" in connection.recv(4096)
            os.write(controller, b"\x03")
            code = process.wait(SECONDS)
        said = printed(controller)
        assert code == 0, f"exit code {code}: {said}"
        assert said.count("stopping") == 1, said
    os.close(controller)
    os.close(terminal)


def control(terminal: int) -> None:
    """Makes the terminal that of the new session, so that it turns Ctrl-C into a signal."""
    import fcntl
    import termios

    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def printed(controller: int) -> str:
    text = b""
    while select.select([controller], [], [], 0.2)[0]:
        text += os.read(controller, 65536)
    return text.decode(errors="replace")


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
