"""Sample pages of both frames, and a made-up server that shows them to a browser under the product's policy."""

import json
import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import jinja2
from babel.messages import pofile
from playwright.sync_api import Page, Route

from yimen.core import formats
from yimen.core.clock import LOCAL

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "yimen/site/assets"
STATIC = ROOT / "yimen/site/static"
ORIGIN = "http://look.test"
TODAY = date(2026, 11, 23)
CSP = "default-src 'self'"
SHOTS = os.environ.get("YIMEN_SHOTS", "")  # a folder to keep pictures in
CHINESE, ENGLISH = "zh-hans", "en"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def day(offset: int, kind: str, n: int = 0, *, today: bool = False) -> dict[str, Any]:
    return {
        "on": date(2026, 11, 11) + timedelta(days=offset),
        "kind": kind,
        "n": n,
        "today": today,
        "why": "",
    }


def sample_days() -> list[dict[str, Any]]:
    kinds = [
        "start",
        "count",
        "count",
        "off",
        "off",
        "count",
        "held",
        "held",
        "count",
        "count",
        "off",
        "off",
        "count",
        "last",
    ]
    days, n = [], 0
    for offset, kind in enumerate(kinds):
        n += kind in ("count", "last")
        days.append(day(offset, kind, n, today=offset == 12))
    return days


def sample_weeks() -> list[list[dict[str, Any]]]:
    kinds = [
        "start",
        "on",
        "on",
        "on",
        "on",
        "off",
        "off",
        "on",
        "on",
        "stop",
        "stop",
        "stop",
        "off",
        "off",
        "on",
        "due",
    ]
    days = [
        {"on": date(2026, 11, 2) + timedelta(days=i), "kind": kind, "n": i, "today": i == 14}
        for i, kind in enumerate(kinds + [""] * 5)
    ]
    return [days[i : i + 7] for i in range(0, 21, 7)]


def sample(language: str) -> dict[str, Any]:
    english = language == ENGLISH

    def say(in_english: str, in_chinese: str) -> str:
        return in_english if english else in_chinese

    moment = datetime(2026, 11, 16, 15, 20, tzinfo=LOCAL)
    return {
        "say": say,
        "lang": language,
        "actor": {"name": say("Shen Xiaolan", "沈晓岚")},
        "place": {
            "name": say("Guangrui First Village", "广瑞一村社区"),
            "seat": say("Civil affairs post A", "民政岗 A"),
            "can_switch": True,
        },
        "menu": [
            {
                "title": "",
                "items": [{"title": say("Workbench", "工作台"), "href": "/", "count": 6}],
            },
            {
                "title": say("Community work platform", "社区工作平台"),
                "items": [
                    {"title": say("Intake", "一门受理"), "href": "/intake"},
                    {
                        "title": say("Cases", "办件"),
                        "href": "/cases",
                        "count": 12,
                        "current": True,
                    },
                    {"title": say("Catalogue of matters", "事项目录"), "href": "/catalogue"},
                ],
            },
            {
                "title": say("Shared record", "信息共享"),
                "items": [{"title": say("Residents", "居民"), "href": "/people"}],
            },
        ],
        "csrf_token": "token",
        "demo": True,
        "request_path": "/cases",
        "now": datetime(2026, 11, 23, 10, 40, tzinfo=LOCAL),
        "today": TODAY,
        "moment": moment,
        "days": sample_days(),
        "long": [day(i, "start" if i == 0 else "off" if (i + 2) % 7 in (5, 6) else "count", i) for i in range(31)],
        "weeks": sample_weeks(),
        "dues": [
            {"state": "late", "days": 1},
            {"state": "soon", "day": "today", "time": "17:00"},
            {"state": "soon", "day": "tomorrow"},
            {"state": "soon", "days": 2},
            {"state": "ok", "days": 13, "provisional": True},
            {"state": "held", "reason": say("awaiting documents", "待补正")},
            {"state": "done", "days": 2},
            {"state": "done"},
            {"state": "none"},
        ],
        "entries": [
            {
                "at": moment,
                "text": say("Reminder: due tomorrow", "系统提醒：明天到期"),
                "kind": "now",
                "who": "",
                "detail": "",
            },
            {
                "at": moment,
                "text": say("Returned for correction; the clock stops", "退回补正，计时次日起停"),
                "kind": "held",
                "who": say("Shen Xiaolan", "沈晓岚"),
                "detail": say("one paper is missing", "只缺 1 份：情况说明（附住院费用清单）"),
            },
            {
                "at": moment.replace(year=2025),
                "text": say("Accepted at the counter", "在窗口受理，打印回执"),
                "kind": "",
                "who": say("Lu Jianming, for Shen Xiaolan", "陆建明（B 岗，替沈晓岚）"),
                "detail": "",
            },
        ],
        "place_name": say("Guangrui First Village", "广瑞一村社区"),
        "help": {
            "words": say("Service hall, open today until 17:30.", "广瑞一村社区服务大厅，今天开到 17:30。"),
            "phone": "0510 0000 0120",
            "dial": "051000000120",
        },
        "links": [
            {"title": say("Accessibility", "无障碍"), "href": "/p/a"},
            {"title": say("Privacy", "隐私"), "href": "/p/b"},
        ],
    }


def messages(language: str) -> dict[str, str]:
    """Both rooms' catalogues as one table, read from the sources."""
    table: dict[str, str] = {}
    if language == ENGLISH:
        return table
    for room in ("site", "portal"):
        source = ROOT / f"yimen/{room}/locale/zh_Hans/LC_MESSAGES/django.po"
        with source.open("rb") as file:
            for message in pofile.read_po(file):
                if message.id:
                    key = message.id[0] if isinstance(message.id, tuple | list) else message.id
                    words = message.string[0] if isinstance(message.string, tuple) else message.string
                    table[str(key)] = str(words)
    return table


def environment(language: str) -> jinja2.Environment:
    folders = [ROOT / "yimen/site/templates", ROOT / "yimen/portal/templates", Path(__file__).parent / "look"]
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    table = messages(language)
    install: Callable[..., None] = made.install_gettext_callables  # type: ignore[attr-defined]  # an extension adds it
    install(
        lambda text: table.get(text, text),
        lambda one, many, n: table.get(one, one if n == 1 else many),
        newstyle=True,
    )
    made.filters.update(formats.filters(lambda: language, lambda: TODAY))
    made.globals["static"] = lambda name: f"/static/{name}"
    return made


def page_text(name: str, language: str, **context: Any) -> str:
    return environment(language).get_template(name).render({**sample(language), **context})


def asset(name: str) -> bytes | None:
    """A file as the product serves it when it is built, else the sheet as written."""
    manifest = STATIC / "manifest.json"
    if manifest.exists():
        built = json.loads(manifest.read_text()).get(name)
        if built and (STATIC / Path(built).name).exists():
            return (STATIC / Path(built).name).read_bytes()
    written = ASSETS / name
    return written.read_bytes() if written.exists() else None


class Look:
    """One browser page before a server that answers what a test gives it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.bodies: dict[str, str] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.status: dict[str, int] = {}
        self.kinds: dict[str, str] = {}
        self.errors: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route(f"{ORIGIN}/**", self.answer)

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path.startswith("/static/"):
            body = asset(path.removeprefix("/static/"))
            kind = TYPES[Path(path).suffix]
            route.fulfill(status=200 if body is not None else 404, body=body or b"", content_type=kind)
            return
        self.asked.append((route.request.method, path, route.request.post_data or ""))
        headers = {"Content-Security-Policy": CSP, "X-Saved-At": "10:43"}
        status = self.status.get(path, 200)
        body_text = self.bodies.get(path, "")
        kind = self.kinds.get(path, "text/html; charset=utf-8")
        route.fulfill(status=status, body=body_text, content_type=kind, headers=headers)

    def open(self, text: str, width: int = 1366, height: int = 768) -> Page:
        self.bodies["/page"] = text
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(f"{ORIGIN}/page")
        return self.page

    def shoot(self, name: str) -> None:
        if SHOTS:
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
