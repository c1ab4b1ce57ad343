"""The Chromium of the tests: `python -m tests.browser.chromium` says where it is, or fails.

Each test connects to one that its test process keeps running, since to start one a test would take twice as long.
"""

import collections
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT_FOLDERS = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
PLAYWRIGHT_PLACES = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
SWITCHES = (
    "--headless",
    "--no-sandbox",  # root may not have one, and it meets our own pages only
    "--remote-debugging-port=0",
    # Nothing leaves the machine: not what a page asks for, nor what Chromium asks by itself.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    # A page behind another is as awake as the one before it.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-back-forward-cache",
    "--disable-breakpad",
    "--disable-dev-shm-usage",  # a container's may be small
    "--disable-hang-monitor",
    "--disable-popup-blocking",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
    "--use-mock-keychain",
)
LISTENS = "DevTools listening on "
READY_WITHIN = 30.0  # seconds; it takes half of one, on a machine that does nothing else
STOPPED_WITHIN = 10.0
PR_SET_PDEATHSIG = 1  # prctl: die with the parent


class NoChromium(Exception):  # noqa: N818
    """There is no browser for the tests, or it doesn't start."""


def find() -> str:
    """Return the path of the Chromium on the PATH, or else of the newest that Playwright has installed."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for folder in (os.environ.get("PLAYWRIGHT_BROWSERS_PATH"), *PLAYWRIGHT_FOLDERS):
        for place in PLAYWRIGHT_PLACES if folder else ():
            if found := sorted(Path(folder or "").expanduser().glob(place)):
                return str(found[-1])
    raise NoChromium("there is no Chromium; `make browser` gets one")


class Chromium:
    """A browser without a window that starts when it is first asked for, and again when it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._profile: tempfile.TemporaryDirectory[str] | None = None
        self._reading: threading.Thread | None = None
        self._said: collections.deque[str] = collections.deque(maxlen=40)
        self._is_told = threading.Event()
        self._url = ""

    def url(self) -> str:
        """Return where to connect to it over the DevTools protocol."""
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._start()
        return self._url

    def _start(self) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="matala-chromium-", ignore_cleanup_errors=True)
        switches = [*SWITCHES, f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.chromium", find(), *switches],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        assert self._process.stderr is not None
        self._url = ""
        self._is_told.clear()
        self._reading = threading.Thread(target=self._read, args=(self._process.stderr,), daemon=True)
        self._reading.start()
        if not self._is_told.wait(READY_WITHIN) or not self._url:
            self.stop()
            raise NoChromium("Chromium does not start:\n" + "\n".join(self._said))

    def _read(self, said: IO[str]) -> None:
        with said:
            for line in said:
                self._said.append(line.rstrip())
                if line.startswith(LISTENS):
                    self._url = line.removeprefix(LISTENS).strip()
                    self._is_told.set()
        self._is_told.set()  # that there is nothing to come

    def stop(self) -> None:
        """End it, and forget what it kept."""
        if self._process is not None and self._reading is not None:
            self._process.terminate()
            try:
                self._process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._reading.join(STOPPED_WITHIN)
            self._process = None
        if self._profile is not None:
            self._profile.cleanup()
            self._profile = None


def _become(path: str, *switches: str) -> None:
    """Be the browser, and die with whoever started this, however they end."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.execv(path, [path, *switches])


if __name__ == "__main__":
    if sys.argv[1:]:
        _become(*sys.argv[1:])
    try:
        print(find())
    except NoChromium as error:
        sys.exit(str(error))
