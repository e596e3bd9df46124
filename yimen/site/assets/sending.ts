// Sends what waits, from one tab at a time. Whatever breaks in between, a record is sent again until the server has said
// what became of it; the server takes each id once.
import { goOn, holdBack, pauseLeft } from "./pause";
import { type Dispute, type Pack, type Row, deviceFor, deviceNumber, endDoubt, forgetAll, forgetOwn, keepPack, leaving, mark, readPack, records, refreshDisputes, staySignedIn } from "./store";

export type Net = { state: "online" | "offline" | "signed-out" | "left" | "other" | "refused" | "busy"; words: string };
type Hello = { account: string; token: string; wipe: boolean };
type Answer = { records?: { id: string; state: "sent" | "decide"; words?: string }[]; disputes?: Dispute[]; refused?: string };

const BATCH = 50;
const FILED = 1_000; // records of one file, as many as a station takes in at once
const PATIENCE = 20_000; // milliseconds; a network that hangs is none

class Busy extends Error {}

/** An answer of a server that has time for us; what is asked of it waits otherwise. */
function unlessBusy(answer: Response): Response {
  if (answer.status !== 429 && answer.status !== 503) return answer;
  holdBack(answer);
  throw new Busy();
}

const get = (path: string): Promise<Response> =>
  fetch(path, { redirect: "manual", credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then(unlessBusy);
const post = (path: string, token: string, body: BodyInit): Promise<Response> =>
  fetch(path, { method: "POST", body, redirect: "manual", credentials: "same-origin", headers: { "X-CSRFToken": token }, signal: AbortSignal.timeout(PATIENCE) }).then(unlessBusy);

/** What was said, with nothing that is only for showing. */
const plain = ({ id, said }: Row): object => ({
  id, door: said.door, outcome: said.outcome, at: said.at, topics: said.topics, note: said.note, found: said.found, version: said.version,
});

/** The records of one account in pieces, each of the number that this phone had when they were made. */
function pieces(rows: Row[]): Row[][] {
  const found: Row[][] = [];
  for (const device of new Set(rows.map((row) => row.said.device))) {
    const own = rows.filter((row) => row.said.device === device);
    for (let from = 0; from < own.length; from += BATCH) found.push(own.slice(from, from + BATCH));
  }
  return found;
}

/** `ahead`: of a file, which is read later than it was written: how far this clock is ahead, in milliseconds. */
const parcel = (rows: Row[], ahead?: number): object => ({
  account: rows[0]?.said.account, device: rows[0]?.said.device, sent_at: new Date().toISOString(), ahead, records: rows.map(plain),
});

/** All of these records of one account as files for the station: one, unless there are very many. */
export function filesOf(rows: Row[], ahead: number): string[] {
  const files: string[] = [];
  for (let from = 0; from < rows.length; from += FILED)
    files.push(JSON.stringify(pieces(rows.slice(from, from + FILED)).map((piece) => parcel(piece, ahead))));
  return files;
}

async function sendRows(rows: Row[], hello: Hello): Promise<Net> {
  for (const piece of pieces(rows)) {
    const answer = await post("/m/sync", hello.token, JSON.stringify(parcel(piece)));
    if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "signed-out", words: "" };
    const said = (await answer.json().catch(() => ({}))) as Answer;
    if (said.refused) return { state: "refused", words: said.refused };
    if (!answer.ok) return { state: "offline", words: "" };
    for (const one of said.records ?? []) await mark(one.id, one.state, one.words);
    if (said.disputes) await refreshDisputes(said.disputes);
  }
  return { state: "online", words: "" };
}

async function pack(hello: Hello): Promise<void> {
  const body = new URLSearchParams({ device: await deviceFor(hello.account) });
  const answer = await post("/m/pack", hello.token, body);
  if (answer.ok) await keepPack((await answer.json()) as Pack);
}

/** Ends the session, where there is one. Its answer has most browsers forget everything, unless another officer's records
 * must stay; what is the officer's own is forgotten here before. */
async function leave(hello: Hello): Promise<Net> {
  const others = await forgetOwn();
  if (hello.account) await post("/logout", hello.token, new URLSearchParams(others ? { keep: "1" } : {}));
  return { state: hello.account ? "left" : "signed-out", words: "" };
}

async function speak(isPacking: boolean): Promise<Net> {
  const device = await deviceNumber();
  const hello = (await (await get(`/m/hello?device=${device}`)).json()) as Hello;
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", hello.token); // the kept page's own is old
  const left = await leaving();
  if (left && (!hello.account || hello.account === left)) return leave(hello);
  if (left) await staySignedIn(); // somebody else has signed in since
  if (hello.account && !hello.wipe) await deviceFor(hello.account); // from now on it shows what is theirs
  endDoubt();
  const waiting = (await records()).filter((row) => row.state === "waiting");
  const own = waiting.filter((row) => row.said.account === hello.account);
  let net: Net = { state: hello.account ? "online" : "signed-out", words: "" };
  if (hello.account && own.length) net = await sendRows(own, hello);
  if (hello.wipe) {
    await forgetAll();
    await post("/m/wiped", hello.token, new URLSearchParams({ device }));
    return leave(hello);
  }
  if (net.state !== "online") return net;
  const known = await readPack();
  if (isPacking || !known || known.account !== hello.account) await pack(hello);
  return own.length < waiting.length ? { state: "other", words: "" } : net;
}

/** One round: send, and pack anew when asked to. A tab waits for its turn, so that each shows what became of all. */
export async function round(isPacking: boolean): Promise<Net> {
  return navigator.locks.request("yimen-phone", async () => {
    if (pauseLeft()) return { state: "busy", words: "" } as const;
    try {
      const net = await speak(isPacking);
      goOn();
      return net;
    } catch (error) {
      return { state: error instanceof Busy ? "busy" : "offline", words: "" } as const;
    }
  });
}
