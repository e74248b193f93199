"""The embedded server starts, survives and never runs twice on one data folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from hukou.embedded import processes, server
from hukou.embedded.paths import cluster_folder, home_folder, socket_folder


def postmaster(site: Path) -> int:
    pid = processes.recorded_pid(cluster_folder(site))
    assert pid is not None
    return pid


def test_first_start_makes_a_private_chinese_cluster_with_our_database(site: Path) -> None:
    dsn = server.ensure(site)

    with psycopg.connect(dsn) as link:
        assert link.execute("select current_database()").fetchone() == ("hukou",)
        assert link.execute("select datcollate, datctype from pg_database where datname = 'hukou'").fetchone() == (
            "C.UTF-8",
            "C.UTF-8",
        )
        link.execute("create extension pg_trgm")
        assert link.execute("select cardinality(show_trgm('张三丰'))").fetchone() == (4,)
        assert link.execute("show listen_addresses").fetchone() == ("",)
        assert link.execute("show fsync").fetchone() == ("on",)
    for folder in (site, home_folder(site), cluster_folder(site), socket_folder(site)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_committed_rows_outlive_three_kills_of_the_postmaster(site: Path) -> None:
    dsn = server.ensure(site)
    with psycopg.connect(dsn, autocommit=True) as link:
        link.execute("create table kept (n int)")

    for n in range(3):
        with psycopg.connect(dsn, autocommit=True) as link:
            link.execute("insert into kept values (%s)", [n])
        os.kill(postmaster(site), signal.SIGKILL)
        server.ensure(site)

    with psycopg.connect(dsn) as link:
        assert link.execute("select array_agg(n order by n) from kept").fetchone() == ([0, 1, 2],)


def test_four_starters_at_once_get_one_server(site: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from hukou.embedded import server as s;"
        "d = Path(sys.argv[1]); s.ensure(d); print(s.status(d).pid)"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", program, str(site)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = {starter.communicate(timeout=90)[0].strip() for starter in starters}

    assert said == {str(postmaster(site))}
    assert all(starter.returncode == 0 for starter in starters)


def test_stop_stops_and_a_second_stop_finds_nothing(site: Path) -> None:
    server.ensure(site)
    pid = postmaster(site)

    assert server.stop(site) is True
    assert not processes.is_alive(pid)
    assert server.status(site).running is False
    assert server.stop(site) is False


def test_a_number_that_belongs_to_someone_else_now_does_not_block_the_start(site: Path) -> None:
    server.ensure(site)
    lock = (cluster_folder(site) / "postmaster.pid").read_text()
    server.stop(site)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        stale = lock.replace(lock.split("\n", 1)[0], str(stranger.pid), 1)
        (cluster_folder(site) / "postmaster.pid").write_text(stale)

        server.ensure(site)

        assert server.status(site).running
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_zombie_postmaster_does_not_block_the_start(site: Path) -> None:
    server.ensure(site)
    lock = (cluster_folder(site) / "postmaster.pid").read_text()
    server.stop(site)
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    try:
        os.waitid(os.P_PID, dead, os.WEXITED | os.WNOWAIT)
        assert not processes.is_alive(dead)
        stale = lock.replace(lock.split("\n", 1)[0], str(dead), 1)
        (cluster_folder(site) / "postmaster.pid").write_text(stale)

        server.ensure(site)

        assert server.status(site).running
    finally:
        os.waitpid(dead, 0)


def test_locks_of_a_working_server_are_left_alone(site: Path) -> None:
    server.ensure(site)

    assert processes.drop_dead_locks(cluster_folder(site), socket_folder(site)) is False
    assert server.status(site).running


@pytest.mark.parametrize("name", ["户政 档案", "branch,station", "long" * 30])
def test_folders_with_awkward_names_work(tmp_path: Path, name: str) -> None:
    site = tmp_path / name / "data"
    try:
        with psycopg.connect(server.ensure(site)) as link:
            assert link.execute("select 1").fetchone() == (1,)
        assert stat.S_IMODE(socket_folder(site).stat().st_mode) == 0o700
    finally:
        server.stop(site)
        if not socket_folder(site).is_relative_to(site):
            socket_folder(site).rmdir()


def test_an_interrupted_initdb_is_begun_again(site: Path) -> None:
    (site / "postgres" / "data.half" / "base").mkdir(parents=True)

    server.ensure(site)

    assert server.status(site).running


def test_a_cluster_of_another_major_version_is_refused_with_advice(site: Path) -> None:
    server.ensure(site)
    server.stop(site)
    (cluster_folder(site) / "PG_VERSION").write_text("17\n")

    with pytest.raises(server.EmbeddedServerError, match="was made by PostgreSQL 17"):
        server.ensure(site)
    assert server.status(site).running is False
