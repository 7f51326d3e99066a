"""A Streamlit server in a process of its own, and a visitor that counts what it's sent."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120


class Served:
    """A script of Streamlit's, served on a free port of this machine while it's open."""

    def __init__(self, script: Path, environ: Mapping[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.host = f"127.0.0.1:{probe.getsockname()[1]}"
        rest = {k: v for k, v in os.environ.items() if not k.startswith(("AMAZON_", "MCF_"))}
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless",
                   "true", "--server.address", "127.0.0.1",
                   "--server.port", self.host.partition(":")[2]]  # fmt: skip
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**rest, "PYTHONPATH": str(ROOT), **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        give_up = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > give_up:
                self.__exit__()
                raise TimeoutError("the server didn't start")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=PATIENCE)

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{self.host}"

    @property
    def megabytes(self) -> float:
        """The memory that the process holds now; Linux only."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        held = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(held.split()[1]) * 1024 / 1e6

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2):  # noqa: S310
                return True
        except OSError:
            return False


class Visitor:
    """A browser's side of the websocket: runs the script and takes all that is sent."""

    def __init__(self, served: Served, page: str = "") -> None:
        self._page = page
        self._socket = connect(
            f"ws://{served.host}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            compression=None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def run(self, query: str = "") -> tuple[float, int]:
        """Seconds until the script has run to its end, and the bytes sent until then."""
        state = ClientState(query_string=query, page_name=self._page)
        begun, taken = time.perf_counter(), 0
        self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        while True:
            data = self._socket.recv(timeout=PATIENCE)
            taken += len(data)
            message = ForwardMsg.FromString(bytes(data))
            ended = message.WhichOneof("type") == "script_finished"
            # A script may ask to be run again: then that run counts too.
            if ended and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return time.perf_counter() - begun, taken
