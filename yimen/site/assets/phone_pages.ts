// The pages of the kept shell, filled from the pack and from what was written since.
import { day, short, time } from "./dates";
import { speak, words } from "./phone";
import { filesOf } from "./sending";
import { type Dispute, type Door, type Held, type Pack, type Row, type Said, clockAhead, deviceNumber, drop, held, isInDoubt, keepRecord, markFiled, readPack } from "./store";

type Fill = Record<string, string | number | null>;
const HOUR = 3_600_000;
const AHEAD = 300_000; // milliseconds that a visit may lie ahead, as on the server
let ahead = 0; // milliseconds: what this clock says is told in the time of the server, as far as it is known
const comma = document.documentElement.lang === "en" ? ", " : "\uff0c";

function template(id: string): DocumentFragment {
  const found = document.getElementById(id);
  return found instanceof HTMLTemplateElement ? (found.content.cloneNode(true) as DocumentFragment) : document.createDocumentFragment();
}

function fill(root: ParentNode, values: Fill): void {
  for (const [name, value] of Object.entries(values)) {
    for (const one of root.querySelectorAll<HTMLElement>(`[data-fill="${name}"]`)) {
      one.textContent = value === null ? "" : String(value);
      if (one.hasAttribute("hidden") || one.matches(".must, .done, .trouble")) one.hidden = !one.textContent;
    }
  }
}

const put = (page: DocumentFragment): void => document.getElementById("page")?.replaceChildren(page);
const list = (root: ParentNode, name: string): Element | null => root.querySelector(`[data-list="${name}"]`);
const isToday = (moment: string): boolean => new Date(moment).toDateString() === new Date().toDateString();

/** The walk with what was saved here today, done ones last in their stairwell. */
function walk(pack: Pack, rows: Row[]): { place: string; count: string; doors: Door[] }[] {
  const done = new Map(rows.filter((row) => isToday(row.said.at)).map((row) => [row.said.door, `${row.said.shown} ${time(row.said.at)}`]));
  return pack.walk.map((stop) => {
    const doors = stop.doors.map((door) => ({ ...door, done: done.get(door.ref) ?? door.done }));
    return { ...stop, doors: [...doors.filter((door) => !door.done), ...doors.filter((door) => door.done)] };
  });
}

function row(door: Door, query = ""): DocumentFragment {
  const made = template("row-door");
  fill(made, { no: door.no, name: door.name, must: door.must, line: door.line, done: door.done && `✓ ${door.done}` });
  made.querySelector("li")?.classList.toggle("seen", Boolean(door.done));
  made.querySelector("a")?.setAttribute("href", `/m/visit/${door.ref}${query}`);
  return made;
}

function today(pack: Pack, rows: Row[]): void {
  const page = template("page-today");
  const { counts } = pack;
  fill(page, { reached: counts.reached, goal: counts.goal, must_reached: counts.must_reached, must_all: counts.must });
  const [now, packed] = [day(Date.now() - (pack.ahead ?? 0)), day(pack.now)];
  fill(page, { day: now === packed ? now : `${now} \u00b7 ${words("plan-of", 0, packed)}` });
  bar(page, "reached", counts.reached, counts.goal);
  bar(page, "must", counts.must_reached, counts.must);
  for (const stop of walk(pack, rows)) {
    const part = template("row-stop");
    fill(part, { place: stop.place, count: stop.count });
    list(part, "doors")?.append(...stop.doors.map((door) => row(door)));
    list(page, "stops")?.append(part);
  }
  put(page);
}

function bar(page: ParentNode, name: string, value: number, most: number): void {
  const found = page.querySelector<HTMLProgressElement>(`[data-bar="${name}"]`);
  if (found) [found.max, found.value] = [most || 1, value];
}

function find(pack: Pack, rows: Row[], tab: "find" | "log"): void {
  const page = template(`page-${tab}`);
  const doors = walk(pack, rows).flatMap((stop) => stop.doors);
  const field = page.querySelector<HTMLInputElement>("#q");
  const found = list(page, "doors");
  const draw = (): void => {
    const asked = (field?.value ?? "").trim();
    const fitting = doors.filter((door) => `${door.place} ${door.no} ${door.name}`.replace(/\s/g, "").includes(asked.replace(/\s/g, "")));
    found?.replaceChildren(...fitting.map((door) => row({ ...door, line: door.place }, tab === "log" ? "?outcome=phone" : "")));
  };
  field?.addEventListener("input", draw);
  page.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
  draw();
  put(page);
}

function visit(pack: Pack, rows: Row[], ref: string): void {
  const doors = walk(pack, rows).flatMap((stop) => stop.doors);
  const at = doors.findIndex((door) => door.ref === ref);
  const door = doors[at];
  if (!door) return location.replace(`/m/visit/${ref}?server=1`);
  const next = [...doors.slice(at + 1), ...doors.slice(0, at)].find((one) => !one.done);
  const page = template("page-visit");
  fill(page, { no: door.no, name: door.name, place: door.place, must: door.must, last: door.last, next: next ? words("next", 0, `${next.no} ${next.name}`) : "" });
  if (door.missed) fill(page, { told: words("missed", door.missed) });
  const form = page.querySelector<HTMLFormElement>("form");
  form?.querySelector<HTMLInputElement>(`[name="outcome"][value="${new URLSearchParams(location.search).get("outcome")}"]`)?.click();
  let isSaving = false;
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isSaving || !timeHasBeen(form) || !numbersAreWhole(form)) return; // the second press of one thumb; what would be refused
    isSaving = true;
    void (async () => {
      await keepRecord(read(form, door, pack.account, await deviceNumber()));
      location.assign(next ? `/m/visit/${next.ref}` : "/m");
    })();
  });
  put(page);
}

/** A visit to come is none: refused here too, where the time can still be chosen. */
function timeHasBeen(form: HTMLFormElement): boolean {
  const field = form.querySelector<HTMLInputElement>('[name="at"]');
  if (!field) return true;
  field.setCustomValidity(Date.parse(field.value) > Date.now() + AHEAD ? words("future") : "");
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  const folded = field.closest("details");
  if (folded && !field.checkValidity()) folded.open = true; // what is out of sight cannot say what is wrong
  return form.reportValidity();
}

/** A number that was found is one that can be called: said here, since nobody is at the door any more when it is sent. */
function numbersAreWhole(form: HTMLFormElement): boolean {
  for (const field of form.querySelectorAll<HTMLInputElement>('[type="tel"]')) {
    const kind = field.name.split("-")[0] ?? "";
    const isFound = form.querySelector(`[name="found"][value="${kind}"]:checked`) !== null;
    const digits = field.value.replace(/[\s()+-]/g, "").replace(/^86(?=1)/, "");
    const isWhole = /^(1[3-9]\d{9}|0\d{9,11})(\D+\d{1,6})?$/.test(digits) || (!digits && kind !== "phone");
    field.setCustomValidity(isFound && !isWhole ? words("number") : "");
    field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  }
  return form.reportValidity();
}

function read(form: HTMLFormElement, door: Door, account: string, device: string): Said {
  const said = new FormData(form);
  const one = (name: string): string => String(said.get(name) ?? "").trim();
  const label = (name: string): string[] =>
    [...form.querySelectorAll<HTMLInputElement>(`[name="${name}"]:checked`)].map((box) => box.parentElement?.textContent?.trim() ?? "");
  const found: Said["found"] = {};
  for (const kind of said.getAll("found").map(String)) {
    const fields = [...form.querySelectorAll<HTMLInputElement>(`[name^="${kind}-"]`)];
    found[kind] = Object.fromEntries(fields.map((field) => [field.name.slice(kind.length + 1), field.value.trim()]));
  }
  return {
    account, device, found, door: door.ref, place: `${door.place} ${door.no}`, version: door.version, outcome: one("outcome"),
    at: (one("at") ? new Date(one("at")) : new Date()).toISOString(), topics: said.getAll("topic").map(String), note: one("note"),
    shown: label("outcome").join(""), more: [...label("topic"), ...label("found"), one("note")].filter(Boolean).join(comma),
  };
}

function line(kept: Row): DocumentFragment {
  const made = template("row-record");
  const hours = Math.floor((Date.now() - kept.made) / HOUR);
  const [say, kind] = kept.state === "sent" ? [`✓ ${time(kept.told - ahead)}`, "sent"] : hours >= 24 ? [`▲ ${words("hours", hours)}`, "soon"] : [`‖ ${words("wait")}`, "wait"];
  fill(made, { place: kept.said.place, outcome: kept.said.shown, say: kept.state === "decide" ? "" : say, words: kept.words });
  const filed = kept.state === "waiting" && kept.filed ? words("filed", 0, time(kept.filed - ahead)) : "";
  fill(made, { more: [words("dated", 0, short(Date.parse(kept.said.at) - ahead)), kept.said.more, filed].filter(Boolean).join(comma) });
  made.querySelector(".say")?.classList.add(kind ?? "");
  if (kept.state === "sent") made.querySelector(".trouble")?.classList.replace("trouble", "noted"); // told, not asked
  const choice = made.querySelector<HTMLElement>("[data-decide]");
  if (choice) choice.hidden = kept.state !== "decide";
  const act = (name: string, does: () => Promise<void>): void =>
    made.querySelector(`[data-act="${name}"]`)?.addEventListener("click", () => void does().then(() => speak()));
  act("drop", () => drop(kept.id));
  act("again", async () => {
    await keepRecord(kept.said);
    await drop(kept.id);
  });
  return made;
}

/** All that waits of this officer as files: one, unless there are very many. */
async function save(rows: Row[]): Promise<void> {
  const files = filesOf(rows, await clockAhead());
  for (const [at, text] of files.entries()) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `walk-${new Date().toISOString().slice(0, 10)}${files.length > 1 ? `-${at + 1}` : ""}.json`;
    link.click();
    await new Promise((done) => window.setTimeout(done, 500)); // browsers drop a second one that comes at once
    URL.revokeObjectURL(link.href);
  }
  for (const { id } of rows) await markFiled(id);
  await speak();
}

function dispute(one: Dispute): DocumentFragment {
  const made = template("row-dispute");
  fill(made, one);
  const form = made.querySelector<HTMLFormElement>("form");
  if (form) form.action = `/m/settle/${one.ref}`;
  return made;
}

/** The outbox: what is to be decided, what waits, what was sent. Drawn into a page that stands. */
function outbox(page: ParentNode, { own: rows, others }: Held, disputes: Dispute[]): void {
  const states = { decide: "undecided", waiting: "waiting", sent: "sent" } as const;
  for (const [state, section] of Object.entries(states)) {
    const such = rows.filter((one) => one.state === state);
    const part = page.querySelector<HTMLElement>(`#${section}`);
    if (part) part.hidden = !such.length;
    list(page, state)?.replaceChildren(...such.map(line));
  }
  const waiting = rows.filter((one) => one.state === "waiting");
  const undecided = rows.filter((one) => one.state === "decide").length + disputes.length;
  fill(page, { summary: waiting.length || undecided ? words("summary", waiting.length, String(undecided)) : words("none") });
  fill(page, { others: others ? words("other", others) : "" });
  const drawn = list(page, "disputes");
  drawn?.replaceChildren(...disputes.map(dispute));
  const frame = page.querySelector<HTMLElement>("#disputes");
  if (frame) frame.hidden = !disputes.length;
}

/** Buttons of the outbox, wherever it was drawn. */
function startActs(): void {
  document.addEventListener("click", (event) => {
    const act = event.target instanceof HTMLElement ? event.target.dataset.act : undefined;
    if (act === "send") void speak();
    if (act === "file") void held().then(({ own }) => save(own.filter((row) => row.state === "waiting")));
  });
}

/** The pack and the records that may be shown: none while it is not known whose phone this is now. */
const seen = async (): Promise<[Pack | null, Held]> => (isInDoubt() ? [null, { own: [], others: 0 }] : [await readPack(), await held()]);

/** Shows the page that the address asks for; returns what draws it again after a round. */
export async function startPages(isKept: boolean): Promise<() => Promise<void>> {
  startActs();
  const path = location.pathname;
  if (!isKept) return async () => { if (path === "/m/outbox") outbox(document, (await seen())[1], []); };
  const tab = path === "/m" ? "today" : path.split("/")[2] ?? "";
  document.querySelector(`[data-tab="${tab === "visit" ? "today" : tab}"]`)?.setAttribute("aria-current", "page");
  let shown = "";
  return draw(true);

  async function draw(isFirst: boolean): Promise<() => Promise<void>> {
    if (isFirst && isInDoubt()) return async () => void (await draw(false)); // a round says who it is
    const [pack, lies] = await seen();
    ahead = await clockAhead();
    const state = JSON.stringify([pack?.walk, pack?.counts, pack?.disputes, lies.others, lies.own.map((one) => [one.id, one.state, one.filed])]);
    const isForm = tab === "visit" || tab === "find" || tab === "log";
    if (state !== shown && (!shown || !isForm || shown.startsWith("[null"))) show(pack, lies);
    shown = state;
    return async () => void (await draw(false));
  }

  function show(pack: Pack | null, lies: Held): void {
    if (tab === "outbox") {
      if (!document.querySelector("#waiting")) put(template("page-outbox"));
      outbox(document, lies, pack?.disputes ?? []);
    } else if (!pack) put(template("page-none"));
    else if (tab === "today") today(pack, lies.own);
    else if (tab === "visit") visit(pack, lies.own, path.split("/")[3] ?? "");
    else find(pack, lies.own, tab === "log" ? "log" : "find");
  }
}

