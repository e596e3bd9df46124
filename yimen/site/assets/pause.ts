// How long a phone holds back, so that a thousand that come back to the network at once do not all send at once, nor again
// at once after the server has asked them to wait. Kept across pages: opening another page asks the server no sooner.
const NAME = "yimen-pause";
const SPREAD = 8_000; // milliseconds over which phones begin once the network is back
const FIRST = 2_000; // of chance after the first refusal; twice as much after each further one
const MOST = 30_000;
const LONGEST = 600_000; // whatever the server asks for, or a clock that was put back

type Pause = { until: number; times: number };

function read(): Pause {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? "") as Pause;
    return kept.until - Date.now() <= LONGEST ? kept : { until: 0, times: 0 };
  } catch {
    return { until: 0, times: 0 };
  }
}

/** Milliseconds until the server may be asked again. */
export const pauseLeft = (): number => Math.max(0, read().until - Date.now());

/** What the server asked for, in seconds or as a date, in milliseconds. */
function asked(header: string | null): number {
  if (!header) return 0;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return wait > 0 ? wait : 0;
}

/** The server is too busy: not before what it asked for, and a chance that grows with every refusal. */
export function holdBack(answer: Response): void {
  const times = read().times + 1;
  const chance = Math.random() * Math.min(MOST, FIRST * 2 ** (times - 1));
  const wait = Math.min(LONGEST, asked(answer.headers.get("Retry-After")) + chance);
  localStorage.setItem(NAME, JSON.stringify({ until: Date.now() + wait, times }));
}

export const goOn = (): void => localStorage.removeItem(NAME);

export const spread = (): number => Math.random() * SPREAD;
