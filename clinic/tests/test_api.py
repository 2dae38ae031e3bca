"""The JSON door, as a program outside sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from clinic.api.application import make_api
from clinic.tests.conftest import PASSWORD, People, Scene
from shared.codes import State

ORDER = {
    "profile": "KET_HOME_TEST",
    "dose_mg_kg_h": "0.1",
    "conc_mg_ml": "1",
    "vtbi_ml": "50",
    "weight_g": 70_000,
    "bag_ml": "100",
    "patient_class": "adult",
}


class Door:
    """A client with the token of one user at a time."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self._tokens: dict[str, str] = {}

    async def call(self, username: str | None, method: str, path: str, **options):
        headers = dict(options.pop("headers", {}))
        if username is not None:
            headers["Authorization"] = f"Bearer {await self._token(username)}"
        return await self.client.request(method, path, headers=headers, **options)

    async def _token(self, username: str) -> str:
        if username not in self._tokens:
            answer = await self.client.post(
                "/api/login", json={"username": username, "password": PASSWORD}
            )
            assert answer.status_code == 200, answer.text
            self._tokens[username] = answer.json()["token"]
        return self._tokens[username]


@pytest.fixture
async def door(scene: Scene, people: People) -> AsyncIterator[Door]:
    transport = httpx.ASGITransport(make_api(scene.house))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield Door(client)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/pumps"),
        ("GET", "/api/alerts"),
        ("GET", "/api/patients"),
        ("POST", "/api/alerts/1/ack"),
        ("POST", "/api/prescriptions"),
        ("GET", "/api/me"),
    ],
)
async def test_without_a_token_every_door_is_shut(door: Door, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = await door.call(None, method, path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unauthenticated"


async def test_health_is_open_and_tells_no_names(door: Door, scene: Scene) -> None:
    await scene.take(scene.pump.telemetry())
    answer = await door.call(None, "GET", "/health")
    assert answer.status_code == 200
    found = answer.json()
    assert found["ok"] is False and found["pumps"] == 1  # the loops are not running here
    assert found["newest_telemetry_age_ms"] < 60_000
    assert "Pump" not in answer.text and "Pat" not in answer.text


async def test_a_wrong_password_and_an_unknown_user_get_one_answer(door: Door) -> None:
    texts = set()
    for username in ("u-nurse", "nobody", "'; --"):
        body = {"username": username, "password": "wrong wrong wrong"}
        answer = await door.client.post("/api/login", json=body)
        assert answer.status_code == 401
        texts.add(answer.text)
    assert len(texts) == 1


async def test_logout_ends_the_token(door: Door) -> None:
    assert (await door.call("u-nurse", "GET", "/api/me")).json()["role"] == "nurse"
    assert (await door.call("u-nurse", "POST", "/api/logout")).status_code == 204
    assert (await door.call("u-nurse", "GET", "/api/me")).status_code == 401


async def test_pumps_alerts_events_and_series_are_readable(door: Door, scene: Scene) -> None:
    await scene.take(
        scene.pump.telemetry(state=State.ALARM, alarms=1), scene.pump.event(1, 3, 0, 9)
    )
    pump_id = scene.pump.pump_id.hex()
    [tile] = (await door.call("u-nurse", "GET", "/api/pumps")).json()
    assert (tile["pump_id"], tile["worst_priority"], tile["alarm_ids"]) == (pump_id, 3, [0])
    assert (await door.call("u-nurse", "GET", f"/api/pumps/{pump_id}")).json()["state"] == 3
    [event] = (await door.call("u-nurse", "GET", f"/api/pumps/{pump_id}/events")).json()
    assert event["text"] == "Alarm raised: Line blocked below the pump"
    assert len((await door.call("u-nurse", "GET", f"/api/pumps/{pump_id}/series")).json()) == 1
    [alert] = (await door.call("u-nurse", "GET", "/api/alerts")).json()
    path = f"/api/alerts/{alert['alert_id']}/ack"
    assert (await door.call("u-nurse", "POST", path)).json() == {"acknowledged": True}
    assert (await door.call("u-nurse", "POST", path)).json() == {"acknowledged": False}
    [alert] = (await door.call("u-nurse", "GET", f"/api/alerts?pump_id={pump_id}")).json()
    assert alert["acknowledged_by"] == "A Nurse" and alert["cleared_at"] is None


async def test_a_stop_is_accepted_and_its_result_readable(door: Door, scene: Scene) -> None:
    await scene.take(scene.pump.telemetry())
    pump_id = scene.pump.pump_id.hex()
    answer = await door.call("u-nurse", "POST", f"/api/pumps/{pump_id}/stop")
    assert answer.status_code == 202 and answer.json()["result"] == "pending"
    path = f"/api/commands/{answer.json()['command_id']}"
    assert (await door.call("u-nurse", "GET", path)).json()["result"] == "pending"
    missing = await door.call("u-nurse", "POST", f"/api/pumps/{'0' * 32}/stop")
    assert missing.status_code == 404 and missing.json()["error"]["field"] == "pump_id"


async def test_a_prescription_goes_from_draft_to_sent(
    door: Door, scene: Scene, people: People
) -> None:
    await scene.take(scene.pump.telemetry())
    pump_id = scene.pump.pump_id.hex()
    worked = await door.call("u-nurse", "POST", "/api/prescriptions/work-out", json=ORDER)
    assert worked.json()["formula"] == "0.1 mg/kg/h × 70 kg ÷ 1 mg/mL = 7 mL/h"
    draft = ORDER | {"pump_id": pump_id}
    answer = await door.call("u-prescriber", "POST", "/api/prescriptions", json=draft)
    assert answer.status_code == 201, answer.text
    path = f"/api/prescriptions/{answer.json()['prescription_id']}"
    prepared = (await door.call("u-prescriber", "POST", f"{path}/prepare")).json()
    command = bytes.fromhex(prepared["command"])
    for username, key in (
        ("u-prescriber", people.prescriber_key),
        ("u-checker", people.checker_key),
    ):
        signature = key.sign(scene.pump.pump_id, command).hex()
        body = {"key_id": key.key_id.hex(), "signature": signature}
        answer = await door.call(username, "POST", f"{path}/sign", json=body)
        assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "checked"
    answer = await door.call("u-nurse", "POST", f"{path}/send")
    assert answer.status_code == 202
    assert answer.json()["command_id"] == prepared["command_id"]
    assert (await door.call("u-nurse", "GET", path)).json()["status"] == "sent"
    listed = await door.call("u-nurse", "GET", f"/api/prescriptions?pump_id={pump_id}")
    assert [row["status"] for row in listed.json()] == ["sent"]


async def test_a_hard_limit_is_refused_with_sentence_and_field(door: Door, scene: Scene) -> None:
    body = ORDER | {"pump_id": scene.pump.pump_id.hex(), "dose_mg_kg_h": "0.11"}
    answer = await door.call("u-prescriber", "POST", "/api/prescriptions", json=body)
    error = answer.json()["error"]
    assert answer.status_code == 422 and error["field"] == "dose_mg_kg_h"
    assert "0.11 mg/kg/h is above the hard limit of 0.1 mg/kg/h" in error["text"]
    assert any(finding["severity"] == "hard" for finding in error["findings"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"dose_mg_kg_h": 0.1}, "dose_mg_kg_h"),  # a binary fraction is no dose
        ({"weight_g": "70000"}, "weight_g"),
        ({"weight_g": 70_000.5}, "weight_g"),
        ({"weight_g": 10**30}, "weight_g"),
        ({"pump_id": "12"}, "pump_id"),
        ({"pump_id": "z" * 32}, "pump_id"),
        ({"max_minutes": 0}, "max_minutes"),
        ({"bolus_ml": "1"}, "bolus_ml"),  # an unknown field is not dropped in silence
        ({"dose_mg_kg_h": "١"}, "dose_mg_kg_h"),
        ({"vtbi_ml": None}, "vtbi_ml"),
        ({"bag_ml": None}, "bag_ml"),
        ({"patient_class": "child"}, "patient_class"),
        ({"load": {"dose_mg_kg": "1"}}, "load.minutes"),
        ({"load": {"dose_mg_kg": 1.5, "minutes": 10}}, "load.dose_mg_kg"),
        ({"steps": [{"minute": 0, "dose_mg_kg_h": "0.1"}]}, "steps.0.minute"),
        ({"kvo": {"rate_ml_h": "0", "minutes": 5}}, "kvo.rate_ml_h"),
        ({"overrides": {"vtbi_ml": "because"}}, "overrides"),
    ],
)
async def test_a_field_that_is_not_right_is_named(
    door: Door, scene: Scene, change: dict, field: str
) -> None:
    body = ORDER | {"pump_id": scene.pump.pump_id.hex()} | change
    answer = await door.call("u-prescriber", "POST", "/api/prescriptions", json=body)
    assert answer.status_code == 422 and answer.json()["error"]["field"] == field


async def test_roles_are_enforced(door: Door, scene: Scene) -> None:
    body = ORDER | {"pump_id": scene.pump.pump_id.hex()}
    for username in ("u-nurse", "u-checker"):
        answer = await door.call(username, "POST", "/api/prescriptions", json=body)
        assert answer.status_code == 403 and answer.json()["error"]["code"] == "forbidden"
    patient = {"reference": "P-2", "full_name": "Pat Two", "place": "Home", "weight_g": 60_000}
    assert (await door.call("u-checker", "POST", "/api/patients", json=patient)).status_code == 403
    assert (await door.call("u-nurse", "POST", "/api/patients", json=patient)).status_code == 201
    again = await door.call("u-nurse", "POST", "/api/patients", json=patient)
    assert again.status_code == 422 and again.json()["error"]["field"] == "reference"


async def test_bad_bodies_paths_and_numbers_get_an_answer_in_the_one_shape(door: Door) -> None:
    for method, path, options in (
        ("POST", "/api/prescriptions", {"content": b"{"}),
        ("POST", "/api/prescriptions", {"content": b"\xff\xfe"}),
        ("GET", "/api/prescriptions/99999999999999999999999", {}),
        ("GET", "/api/prescriptions/7", {}),
        ("GET", "/api/pumps/zz", {}),
        ("GET", "/api/nothing", {}),
        ("DELETE", "/api/pumps", {}),
        ("POST", "/api/alerts/0/ack", {}),
    ):
        answer = await door.call("u-prescriber", method, path, **options)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
        assert set(answer.json()["error"]) == {"code", "text", "field", "findings"}


async def test_a_foreign_name_a_foreign_origin_and_a_huge_body_are_turned_away(
    door: Door,
) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Host": "["},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Content-Length": "99999999"},
    ):
        answer = await door.client.post("/api/login", headers=headers, content=b"{}")
        assert answer.status_code == 400, headers
    ours = {"Origin": "http://127.0.0.1"}
    body = {"username": "u-nurse", "password": PASSWORD}
    assert (await door.client.post("/api/login", headers=ours, json=body)).status_code == 200


async def test_answers_may_not_be_kept_or_sniffed(door: Door) -> None:
    answer = await door.call("u-nurse", "GET", "/api/pumps")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
