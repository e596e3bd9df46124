// What a phone keeps: keys, one pack, records. All but states and times is enciphered with keys that cannot be taken out of
// this browser. The pack is gone after 72 hours; records stay until they are sent, for nobody else has them. Signing out forgets
// all that is of the officer who signs out; what another officer has not sent yet stays for that one, who alone is shown it.
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

export type Door = { ref: string; no: string; name: string; place: string; must: string; line: string; last: string; done: string; missed: number; version: number | null };
export type Stop = { place: string; count: string; doors: Door[] };
export type Counts = { reached: number; goal: number; must: number; must_reached: number };
export type Dispute = { ref: string; [field: string]: string };
export type Pack = { account: string; now: string; ahead?: number; lasts_s: number; counts: Counts; walk: Stop[]; disputes: Dispute[] };
export type Found = Record<string, Record<string, string>>;
export type Said = { account: string; device: string; door: string; place: string; outcome: string; at: string; topics: string[]; note: string; found: Found; version: number | null; shown: string; more: string };
export type State = "waiting" | "sent" | "decide";
export type Row = { id: string; state: State; made: number; told: number; filed?: number; words: string; said: Said };
export type Held = { own: Row[]; others: number };

type Sealed = { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };
type KeptRow = Omit<Row, "said"> & { sealed: Sealed };
interface Rooms extends DBSchema {
  keys: { key: string; value: CryptoKey };
  pack: { key: string; value: { sealed: Sealed; from: number; until: number } };
  own: { key: string; value: string };
  records: { key: string; value: KeptRow };
}

const DAY = 86_400_000;
let opened: Promise<IDBPDatabase<Rooms>> | undefined;
const rooms = (): Promise<IDBPDatabase<Rooms>> =>
  (opened ??= openDB<Rooms>("yimen-phone", 1, {
    upgrade(db) {
      db.createObjectStore("keys");
      db.createObjectStore("pack");
      db.createObjectStore("own");
      db.createObjectStore("records", { keyPath: "id" });
    },
    terminated() {
      opened = undefined;
    },
  }));

async function key(name: string): Promise<CryptoKey> {
  const db = await rooms();
  const kept = await db.get("keys", name);
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const turn = db.transaction("keys", "readwrite"); // another tab may have been first
  const first = await turn.store.get(name);
  if (!first) await turn.store.put(made, name);
  await turn.done;
  return first ?? made;
}

async function seal(name: string, value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(name), new TextEncoder().encode(JSON.stringify(value)));
  return { iv, data };
}

async function unseal<T>(name: string, sealed: Sealed): Promise<T | null> {
  try {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, await key(name), sealed.data);
    return JSON.parse(new TextDecoder().decode(plain)) as T;
  } catch {
    return null; // its key is gone
  }
}

export async function keepPack(pack: Pack): Promise<void> {
  const from = Date.now();
  const ahead = from - Date.parse(pack.now); // this clock's, of the server's
  const sealed = await seal("pack", { ...pack, ahead });
  await (await rooms()).put("pack", { sealed, from, until: from + pack.lasts_s * 1000 }, "pack");
  await (await rooms()).put("own", String(ahead), "ahead"); // outlasts the pack
}

/** How many milliseconds this clock was ahead of the server's when they last met. */
export const clockAhead = async (): Promise<number> => Number((await (await rooms()).get("own", "ahead")) ?? 0);

/** The pack, while it lasts. A clock that went back behind its beginning ends it too. */
export async function readPack(): Promise<Pack | null> {
  const kept = await (await rooms()).get("pack", "pack");
  if (!kept) return null;
  if (Date.now() < kept.until && Date.now() >= kept.from - 300_000) return unseal<Pack>("pack", kept.sealed);
  await forgetPack();
  return null;
}

/** When the pack ends, in milliseconds; 0 when there is none any more. */
export async function packUntil(): Promise<number> {
  const isThere = await readPack();
  return isThere ? ((await (await rooms()).get("pack", "pack"))?.until ?? 0) : 0;
}

/** Whether this browser was ever a phone of ours; asking creates nothing. */
export const isPhone = async (): Promise<boolean> => (await indexedDB.databases()).some((one) => one.name === "yimen-phone");

export async function forgetPack(): Promise<void> {
  const turn = (await rooms()).transaction(["pack", "keys"], "readwrite");
  await Promise.all([turn.objectStore("pack").clear(), turn.objectStore("keys").delete("pack"), turn.done]);
}

/** Everything, records of every officer too: wiped from afar. */
export async function forgetAll(): Promise<void> {
  const turn = (await rooms()).transaction(["pack", "keys", "own", "records"], "readwrite");
  await Promise.all([...(["pack", "keys", "own", "records"] as const).map((name) => turn.objectStore(name).clear()), turn.done]);
}

/** All that is of whoever signs out; returns how many records of other officers stay. */
export async function forgetOwn(): Promise<number> {
  const { own, others } = await held();
  if (!others) {
    await forgetAll();
    return 0;
  }
  for (const { id } of own) await drop(id);
  const turn = (await rooms()).transaction(["pack", "keys", "own"], "readwrite");
  await Promise.all([turn.objectStore("pack").clear(), turn.objectStore("own").clear(), turn.objectStore("keys").delete("pack"), turn.done]);
  return others;
}

/** Signed out here without a network: the session of this account is ended at the next contact. */
export const leaveLater = async (account: string): Promise<void> => void (await (await rooms()).put("own", account, "leaving"));
export const leaving = async (): Promise<string> => (await (await rooms()).get("own", "leaving")) ?? "";
export const staySignedIn = async (): Promise<void> => (await rooms()).delete("own", "leaving");

/** Whose phone it is now: who was signed in at the last contact and has not signed out. "" for nobody. */
export const ownAccount = async (): Promise<string> => (await (await rooms()).get("own", "account")) ?? "";

/** Somebody is signing in at this browser: until the server has said who, nothing of anybody is shown. */
const DOUBT = "yimen-doubt";
export const doubt = (): void => localStorage.setItem(DOUBT, "1");
export const isInDoubt = (): boolean => localStorage.getItem(DOUBT) !== null;
export const endDoubt = (): void => localStorage.removeItem(DOUBT);

/** The number this phone gave itself, another one for each account. "" when it was never packed. */
export const deviceNumber = async (): Promise<string> => (await (await rooms()).get("own", "device")) ?? "";

export async function deviceFor(account: string): Promise<string> {
  const db = await rooms();
  const [number, owner] = [await db.get("own", "device"), await db.get("own", "account")];
  if (number && owner === account) return number;
  await forgetPack();
  const made = crypto.randomUUID();
  await Promise.all([db.put("own", made, "device"), db.put("own", account, "account")]);
  return made;
}

export async function keepRecord(said: Said, id: string = crypto.randomUUID()): Promise<void> {
  const now = Date.now();
  const kept: KeptRow = { id, state: "waiting", made: now, told: now, words: "", sealed: await seal("records", said) };
  await (await rooms()).put("records", kept);
}

/** The records, oldest first. Those sent are forgotten after a day. */
export async function records(): Promise<Row[]> {
  const db = await rooms();
  const found: Row[] = [];
  for (const { sealed, ...plain } of await db.getAll("records")) {
    if (plain.state === "sent" && Date.now() - plain.told > DAY) await db.delete("records", plain.id);
    else {
      const said = await unseal<Said>("records", sealed);
      if (said) found.push({ ...plain, said });
    }
  }
  return found.sort((one, other) => one.made - other.made);
}

/** The records of whoever's phone it is now, and how many unsent ones of others lie here. */
export async function held(): Promise<Held> {
  const [rows, account] = [await records(), await ownAccount()];
  const own = rows.filter((row) => row.said.account === account);
  return { own, others: rows.filter((row) => row.said.account !== account && row.state !== "sent").length };
}

/** Written into a file. It waits on, for nobody has said that the file came in. */
export async function markFiled(id: string): Promise<void> {
  const turn = (await rooms()).transaction("records", "readwrite");
  const row = await turn.store.get(id);
  if (row) await turn.store.put({ ...row, filed: Date.now() });
  await turn.done;
}

export async function mark(id: string, state: State, words = ""): Promise<void> {
  const turn = (await rooms()).transaction("records", "readwrite");
  const row = await turn.store.get(id);
  if (row) await turn.store.put({ ...row, state, words, told: Date.now() });
  await turn.done;
}

export const drop = async (id: string): Promise<void> => (await rooms()).delete("records", id);

export async function refreshDisputes(disputes: Dispute[]): Promise<void> {
  const db = await rooms();
  const kept = await db.get("pack", "pack");
  const pack = await readPack();
  if (kept && pack) await db.put("pack", { ...kept, sealed: await seal("pack", { ...pack, disputes }) }, "pack");
}
