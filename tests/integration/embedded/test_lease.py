"""The first user starts the server, the last one stops it, a killed one is forgotten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hukou.embedded import server
from hukou.embedded.lease import lease

HOLDER = (
    "import sys, time; from pathlib import Path; from hukou.embedded.lease import hold;"
    "hold(Path(sys.argv[1])); print('held', flush=True); time.sleep(float(sys.argv[2]))"
)


def holder(site: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(site), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_server_stops_with_its_last_user(site: Path) -> None:
    with lease(site):
        other = holder(site, 0)
        other.communicate(timeout=60)
        assert server.status(site).running  # the other left, we are still here
    assert not server.status(site).running


def test_the_server_stays_while_another_process_uses_it(site: Path) -> None:
    other = holder(site, 60)
    try:
        with lease(site):
            pass
        assert server.status(site).running
    finally:
        other.kill()
        other.communicate()


def test_a_killed_owner_leaves_a_server_that_the_next_user_takes_over_and_stops(site: Path) -> None:
    owner = holder(site, 60)
    owner.kill()
    owner.communicate()
    before = server.status(site)
    assert before.running

    with lease(site):
        assert server.status(site).pid == before.pid
    assert not server.status(site).running


def test_holding_twice_is_holding_once(site: Path) -> None:
    program = HOLDER.replace("hold(Path(sys.argv[1]));", "hold(Path(sys.argv[1])); hold(Path(sys.argv[1]));")
    done = subprocess.run([sys.executable, "-c", program, str(site), "0"], capture_output=True, text=True, check=True)

    assert done.stdout == "held\n"
    assert not server.status(site).running
