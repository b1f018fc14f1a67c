"""Install one lock, and the project itself, into the environment that runs this.

uv does it, since it takes a quarter of pip's time. uv reads no configuration of pip, so what
pip was told about this machine (mirror, certificate, proxy) is passed on to it. Where uv fails,
pip installs the same lock. Neither accepts a file whose hash is not in the lock.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Option of pip -> variable of uv, and what stands between several values there.
UV_VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
}


def read_pip_options(listing: str) -> dict[str, list[str]]:
    """Return the options in a listing of `pip config list`, the most specific scope winning.

    Args:
        listing: lines such as `global.index-url='…'`; `:env:` stands for the environment.
    """
    options: dict[str, list[str]] = {}
    for scope in ("global.", "install.", ":env:."):
        for line in listing.splitlines():
            name, separator, value = line.partition("=")
            if separator and name.startswith(scope):
                options[name.removeprefix(scope)] = str(ast.literal_eval(value)).split()
    return options


def uv_environment(options: Mapping[str, list[str]], base: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for uv: what is set already wins over what pip was told.

    Args:
        options: values of pip's options, by name.
        base: the environment to start from.
    """
    told = {
        variable: separator.join(options[option])
        for option, (variable, separator) in UV_VARIABLES.items()
        if option in options
    }
    fixed = {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        # As pip does: the best version over all indexes. The hashes say which file is meant.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    return told | fixed | dict(base)


def install(lock: Path) -> None:
    """Install the lock and the project, by uv, else by pip.

    Args:
        lock: a requirements file with hashes.

    Raises:
        subprocess.CalledProcessError: neither could.
    """
    python = sys.executable
    pip = [python, "-m", "pip", "-qq", "--disable-pip-version-check"]
    listing = subprocess.run(
        [python, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    uv = [str(Path(python).with_name("uv")), "pip", "install", "--quiet", "--python", python]
    packages = ["--require-hashes", "--requirement", str(lock)]
    project = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    environment = uv_environment(read_pip_options(listing), os.environ)
    try:
        for arguments in (packages, project):
            subprocess.run([*uv, *arguments], check=True, env=environment)
    except (OSError, subprocess.CalledProcessError):
        sys.stderr.write("setup: uv could not install; pip does it now, which takes longer\n")
        for arguments in (packages, project):
            subprocess.run([*pip, "install", *arguments], check=True)


if __name__ == "__main__":
    chosen = ROOT / "requirements" / f"{sys.argv[1]}.txt"
    try:
        install(chosen)
    except subprocess.CalledProcessError as failure:
        sys.exit(f"setup: could not install {chosen.name} (exit {failure.returncode}); see above")
