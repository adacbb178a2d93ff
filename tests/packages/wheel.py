"""The wheel: how it is built and used, and what is in it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import packages

TOOLS = ["maturin==1.16.0", "uv==0.13.9"]


def tools() -> Path:
    """The folder with maturin, uv and uvx."""

    def install(folder: Path, names: list[str]) -> None:
        packages.run(sys.executable, "-m", "venv", folder)
        packages.run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *names)

    return packages.installed("packages", TOOLS, install) / "bin"


def environment(binary: Path, tools: Path) -> dict[str, str]:
    """The build's: cargo finds the program that is built in the target folder of BINARY."""
    target = binary.parent.parent
    assert binary.parent.name == "release" and (target / "CACHEDIR.TAG").exists(), f"{binary} is not in cargo's target folder"
    return os.environ | {"CARGO_TARGET_DIR": str(target), "MATURIN": str(tools / "maturin")}


class Uv:
    """Python and uv alone, with a folder of wheels in place of the package index."""

    def __init__(self, work: Path, tools: Path, wheels: Path) -> None:
        self.wheels = wheels
        self.home, self.path = work / "uv-home", work / "uv-path"
        self.home.mkdir()
        self.path.mkdir()
        python = subprocess.run(
            [sys.executable, "-c", "import sys; print(sys._base_executable)"], check=True, capture_output=True, text=True
        ).stdout.strip()
        for name, file in {"python3": python, "uv": tools / "uv", "uvx": tools / "uvx"}.items():
            (self.path / name).symlink_to(file)

    def environment(self) -> dict[str, str]:
        return {
            "PATH": str(self.path),
            "HOME": str(self.home),
            "UV_FIND_LINKS": str(self.wheels),
            "UV_NO_INDEX": "1",
            "UV_OFFLINE": "1",
            "UV_PYTHON_DOWNLOADS": "never",
        }


def contents(wheel: Path, binary: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (program,) = [name for name in names if name.endswith(".data/scripts/leadconnector-mcp")]
        assert archive.read(program) == binary.read_bytes(), "the wheel's program is another than BINARY: build it again"
        (metadata,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()
        assert any(name.endswith("/LICENSE") for name in names), names
    version = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    assert f"\nVersion: {version}\n" in text, text
    assert "mcp-name: io.github.leadconnector-mcp/leadconnector-mcp\n" in text, text
    return wheel.name
