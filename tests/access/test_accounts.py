"""Accounts, posts and passwords: three administrators, none of whom can do it all."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import cast
from yimen.access import actions, queries
from yimen.access.models import Account, Seat
from yimen.core.actor import SYSTEM, Role
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.site import settings as product
from yimen.trail import queries as trail
from yimen.trail.models import Entry
from yimen.trail.queries import Wanted

pytestmark = pytest.mark.django_db

AT = cast.MONDAY
STRONG = "copper kettle on the ferry"


def ref_of(username: str) -> str:
    return queries.own_account(cast.actor(username).person).ref


def grant(username: str, **changed: object) -> None:
    wanted: dict[str, object] = {
        "account_ref": ref_of(username),
        "role": Role.WINDOW,
        "division_code": cast.COMMUNITY,
        "post": "WJ",
        "side": "B",
        "from_on": AT.date(),
        "at": AT,
    }
    actions.grant_seat(cast.actor("security"), **{**wanted, **changed})  # type: ignore[arg-type]  # a table of cases


def test_the_system_administrator_opens_an_account_and_the_security_administrator_gives_it_a_post() -> None:
    made = cast.client_for("sysadmin").post(
        "/accounts/new", {"name": "新来的人", "username": "newcomer", "password": STRONG, "phone": ""}
    )
    assert made.status_code == 302
    page = made.headers["Location"].split("?")[0]
    form = {"role": "window", "division": cast.COMMUNITY, "post": "MZ", "side": "B", "from_on": "2026-11-16"}
    asked = cast.client_for("sysadmin").post(f"{page}/seats", {**form, "reason": "新到岗"})
    assert asked.headers["Location"] == f"{page}?done=asked"  # the system administrator gives nothing alone
    with pytest.raises(NotFound):
        cast.actor("newcomer")
    assert cast.client_for("security").post(f"{page}/seats", form).status_code == 302
    assert cast.actor("newcomer").post == "MZ"
    assert cast.client_for("security").post("/accounts/new", {}).status_code == 403


def test_a_division_may_be_typed_with_the_zeros_that_fill_it_up() -> None:
    form = {"role": "street", "division": "320213025000", "from_on": "2026-11-16"}
    path = f"/accounts/{ref_of('head')}/seats"
    assert cast.client_for("security").post(path, form).status_code == 302
    held = queries.seats_held(cast.STREET, first=AT.date(), last=AT.date(), roles=(Role.STREET,))
    assert {seat.name for seat in held} == {"周敏", "吴静雯"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"division_code": cast.STREET}, "division"),
        ({"side": ""}, "post"),
        ({"role": Role.HEAD}, "post"),
        ({"line": "MZJ"}, "line"),
        ({"role": Role.DEPT, "division_code": cast.DISTRICT, "post": "", "side": ""}, "line"),
        ({"post": "MZ", "side": "A"}, "post"),  # held already
    ],
)
def test_a_post_that_cannot_be_is_refused_with_its_field(changed: dict[str, object], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        grant("window", **changed)
    assert refused.value.field == field


def test_nobody_gives_a_post_to_themselves() -> None:
    with pytest.raises(RuleBroken, match="themselves"):
        grant("security", role=Role.DISTRICT, division_code=cast.DISTRICT, post="", side="")


@pytest.mark.parametrize(
    "password", ["short one", "password1234", "wuxiliangxi2026!", "yimen-window-2026", "newcomernewcomer", "1" * 40]
)
def test_an_easy_password_is_refused(password: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        actions.create_account(cast.actor("sysadmin"), username="newcomer", name="新", password=password, at=AT)
    assert refused.value.field == "password"


def test_a_taken_name_is_refused() -> None:
    with pytest.raises(RuleBroken, match="taken"):
        actions.create_account(cast.actor("sysadmin"), username="window", name="新", password=STRONG, at=AT)


def test_passwords_are_kept_as_argon2() -> None:
    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_a_new_password_signs_out_every_other_browser() -> None:
    here, there = cast.client_for("window"), cast.client_for("window")
    form = {"present": cast.PASSWORD, "password": STRONG, "again": STRONG}
    assert here.post("/me/password", {**form, "present": "wrong"}).status_code == 422
    assert here.post("/me/password", {**form, "again": "other"}).status_code == 422
    assert here.post("/me/password", form).status_code == 302
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302
    assert actions.sign_in("window", STRONG, at=AT, address="", agent="", request_id="")


def test_the_head_sets_a_password_for_a_worker_of_the_station_and_for_nobody_else() -> None:
    head = cast.actor("head")
    actions.reset_password(head, ref=ref_of("window"), password=STRONG, at=AT)
    assert actions.sign_in("window", STRONG, at=AT, address="", agent="", request_id="")
    with pytest.raises(NotFound):
        actions.reset_password(head, ref=ref_of("sibling"), password=STRONG, at=AT)
    grant("window2", role=Role.STREET, division_code=cast.STREET, post="", side="")
    with pytest.raises(NotAllowed, match="workers of your station"):
        actions.reset_password(head, ref=ref_of("window2"), password=STRONG, at=AT)


@pytest.mark.parametrize("username", ["security", "auditor"])
def test_the_system_administrator_cannot_become_another_of_the_three_by_a_new_password(username: str) -> None:
    ref = ref_of(username)
    with pytest.raises(NotAllowed, match="three people"):
        actions.reset_password(cast.actor("sysadmin"), ref=ref, password=STRONG, at=AT)
    Seat.objects.filter(account__username=username).update(from_on=AT.date() + timedelta(days=1))  # begins tomorrow
    with pytest.raises(NotAllowed, match="three people"):
        actions.reset_password(cast.actor("sysadmin"), ref=ref, password=STRONG, at=AT)
    Account.objects.filter(username=username).update(must_choose=True)  # the one-time password was lost
    actions.reset_password(cast.actor("sysadmin"), ref=ref, password=STRONG, at=AT)
    assert Entry.objects.get(verb="account.reset_password").actor_name == cast.actor("sysadmin").name
    own = "seven herons over the lake"
    Seat.objects.filter(account__username=username).update(from_on=AT.date())
    holder = cast.client_for(username)
    assert holder.post("/me/password", {"present": STRONG, "password": own, "again": own}).status_code == 302
    Account.objects.filter(username=username).update(must_choose=True)  # reset since by a security administrator
    with pytest.raises(NotAllowed, match="three people"):
        actions.reset_password(cast.actor("sysadmin"), ref=ref, password=STRONG, at=AT)


def test_a_security_administrator_sets_the_passwords_of_the_others_and_of_nobody_else() -> None:
    other = replace(cast.actor("security"), account_id=cast.actor("window").account_id)
    for username in ("security", "auditor"):
        actions.reset_password(other, ref=ref_of(username), password=STRONG, at=AT)
    for username in ("sysadmin", "district", "head"):
        with pytest.raises(NotAllowed, match="security administrators and auditors"):
            actions.reset_password(other, ref=ref_of(username), password=STRONG, at=AT)
    with pytest.raises(RuleBroken, match="own page"):
        actions.reset_password(cast.actor("security"), ref=ref_of("security"), password=STRONG, at=AT)


def test_where_nobody_is_left_the_server_gives_a_password_that_must_be_replaced() -> None:
    given = actions.renew_password(SYSTEM, username="security", note="root", at=AT)
    assert Account.objects.get(username="security").must_choose
    assert actions.sign_in("security", given, at=AT, address="", agent="", request_id="")
    entry = Entry.objects.get(verb="account.reset_password")
    assert (entry.note, entry.changes, given in f"{entry.changes}{entry.note}") == ("root", {"on": "server"}, False)
    with pytest.raises(NotFound):
        actions.renew_password(SYSTEM, username="nobody", note="root", at=AT)
    with pytest.raises(NotAllowed):
        actions.renew_password(cast.actor("auditor"), username="security", note="", at=AT)


def test_a_password_that_somebody_else_set_opens_nothing_but_the_choice_of_ones_own() -> None:
    actions.reset_password(cast.actor("head"), ref=ref_of("window"), password=STRONG, at=AT)
    window, own = cast.client_for("window"), "seven herons over the lake"
    for path in ("/", "/cases", "/people"):
        assert window.get(path).headers["Location"] == "/me/password"
    told = window.get("/cases", headers={"HX-Request": "true"})
    assert (told.status_code, told.headers["HX-Redirect"]) == (403, "/me/password")
    assert window.post("/me/tokens").headers["Location"] == "/me/password"
    assert window.get("/me/password").status_code == 200
    same = window.post("/me/password", {"present": STRONG, "password": STRONG, "again": STRONG})
    assert same.status_code == 422
    assert "只有您" in same.content.decode()
    chosen = window.post("/me/password", {"present": STRONG, "password": own, "again": own})
    assert (chosen.status_code, chosen.headers["Location"]) == (302, "/")
    assert window.get("/cases").status_code == 200
    assert actions.sign_in("window", own, at=AT, address="", agent="", request_id="")


def test_the_first_password_of_a_new_account_is_chosen_by_its_holder() -> None:
    made = actions.create_account(cast.actor("sysadmin"), username="newcomer", name="新", password=STRONG, at=AT)
    assert made.must_choose


def test_an_administrator_of_a_district_knows_no_account_of_another() -> None:
    grant("sysadmin", role=Role.SYSADMIN, division_code=cast.OTHER_DISTRICT, post="", side="", approved=True)
    seats = queries.live_seats(cast.actor("sysadmin").person, on=AT.date())
    assert {seat.division_code for seat in seats} == {cast.CITY, cast.OTHER_DISTRICT}
    local = replace(cast.actor("sysadmin"), reach=cast.OTHER_DISTRICT)
    assert "window" not in {row.username for row in queries.accounts(local)}
    assert queries.account(local, ref_of("window")) is None
    with pytest.raises(NotFound):
        actions.close_account(local, ref=ref_of("window"), at=AT)


def test_a_token_is_shown_once_and_only_its_hash_is_kept() -> None:
    client = cast.client_for("window")
    page = client.post("/me/tokens").content.decode()
    token = page.split('class="token">')[1].split("<")[0]
    assert actions.token_bearer(token, at=AT, request_id="", address="").username == "window"
    assert token not in client.get("/me").content.decode()
    row = queries.own_tokens(cast.actor("window").person, at=AT)[0]
    assert token.startswith(row.prefix)
    assert client.post(f"/me/tokens/{row.id}/end").status_code == 302
    with pytest.raises(NotAllowed):
        actions.token_bearer(token, at=AT, request_id="", address="")


def test_nobody_ends_the_session_or_token_of_somebody_else() -> None:
    cast.client_for("head")
    session = queries.own_sessions(cast.actor("head").person, at=AT)
    actions.issue_token("head", at=AT)
    token = queries.own_tokens(cast.actor("head").person, at=AT)[0]
    client = cast.client_for("window")
    assert client.post(f"/me/tokens/{token.id}/end").status_code == 404
    for row in session:
        assert client.post(f"/me/sessions/{row.ref}/end").status_code == 404


def test_a_sixth_token_is_refused() -> None:
    worker = cast.actor("window")
    for _n in range(5):
        actions.issue_own_token(worker, at=AT)
    with pytest.raises(RuleBroken, match="5 tokens"):
        actions.issue_own_token(worker, at=AT)


def test_the_language_is_remembered_with_the_account() -> None:
    client = cast.client_for("window")
    assert client.post("/language", {"language": "en", "next": "/me"}).headers["Location"] == "/me"
    assert queries.own_account(cast.actor("window").person).language == "en"
    assert client.post("/language", {"language": "xx"}).status_code == 422
    assert client.post("/language", {"language": "en", "next": "https://example.org"}).headers["Location"] == "/"


def test_every_change_to_an_account_is_on_record_without_a_password() -> None:
    admin = cast.actor("sysadmin")
    made = actions.create_account(admin, username="newcomer", name="新", password=STRONG, at=AT)
    actions.reset_password(admin, ref=made.ref, password="another kettle of fish", at=AT)
    actions.close_account(admin, ref=made.ref, at=AT)
    found = trail.entries(Wanted(subject=str(made.id)))
    assert [row.verb for row in found] == ["account.close", "account.reset_password", "account.create"]
    assert not any("kettle" in str(row) for row in found)


def test_no_token_survives_a_new_password() -> None:
    tokens = [actions.issue_token(name, at=AT) for name in ("window", "window2")]
    actions.reset_password(cast.actor("head"), ref=ref_of("window"), password=STRONG, at=AT)
    form = {"present": cast.PASSWORD, "password": STRONG, "again": STRONG}
    assert cast.client_for("window2").post("/me/password", form).status_code == 302
    for token in tokens:
        with pytest.raises(NotAllowed, match="not known"):
            actions.token_bearer(token, at=AT, request_id="", address="")


def test_a_session_and_a_token_die_with_the_account_whoever_closed_it() -> None:
    client, token = cast.client_for("window"), actions.issue_token("window", at=AT)
    assert client.get("/me").status_code == 200
    Account.objects.filter(username="window").update(is_active=False)  # past the action, as by hand in the database
    assert client.get("/me").headers["Location"].startswith("/login")
    with pytest.raises(NotAllowed):
        actions.token_bearer(token, at=AT, request_id="", address="")


ADMINISTRATORS = (("sysadmin", Role.SECURITY), ("security", Role.AUDITOR), ("auditor", Role.SYSADMIN))


@pytest.mark.parametrize(("username", "other"), ADMINISTRATORS)
def test_nobody_is_two_of_the_three_administrators(username: str, other: Role) -> None:
    giver = replace(cast.actor("security"), account_id=cast.actor("window").account_id)
    wanted = {"role": other, "division_code": cast.CITY, "post": "", "side": "", "account_ref": ref_of(username)}
    with pytest.raises(RuleBroken, match="three people") as refused:
        actions.grant_seat(giver, from_on=AT.date(), at=AT, approved=True, **wanted)  # type: ignore[arg-type]  # a table of cases
    assert refused.value.field == "role"


@pytest.mark.parametrize(("username", "other"), ADMINISTRATORS)
def test_the_database_itself_keeps_the_three_administrators_apart(username: str, other: Role) -> None:
    held = Seat.objects.get(account__username=username)
    second = {"account_id": held.account_id, "role": other, "division_code": cast.CITY}
    held.to_on = AT.date()
    held.save(update_fields=["to_on"])
    overlapping = AT.date() - timedelta(days=1)
    with pytest.raises(IntegrityError, match="seat_one_administrator"), transaction.atomic():
        Seat.objects.create(**second, from_on=overlapping)
    Seat.objects.create(**second, from_on=AT.date())  # one after the other is another matter
    with pytest.raises(IntegrityError, match="seat_one_administrator"), transaction.atomic():
        Seat.objects.filter(pk=held.pk).update(to_on=None)
