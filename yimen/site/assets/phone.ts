// The officer's phone. On a page of the server it sees that the phone is packed; on the kept page it shows the walk from the
// pack and keeps what is saved until it is sent. No words here: they stand in the page.
import { pauseLeft, spread } from "./pause";
import { startPages } from "./phone_pages";
import { type Net, round } from "./sending";
import { forgetOwn, held, leaveLater, ownAccount } from "./store";

const EVERY = 30_000; // milliseconds, while somebody looks
const isKept = document.body.dataset.shell !== undefined;

export const words = (name: string, number = 0, word = ""): string => {
  const said = document.querySelector<HTMLTemplateElement>("#words")?.content.querySelector(`[data-word="${name}"]`);
  return (said?.textContent ?? "").replace("{n}", String(number)).replace("{s}", word);
};

let last: Net = { state: navigator.onLine ? "online" : "offline", words: "" };

/** The line on top, and the number at the outbox. */
async function show(): Promise<void> {
  const { own, others } = await held();
  const waiting = own.filter((row) => row.state === "waiting").length;
  const undone = waiting + own.filter((row) => row.state === "decide").length;
  if (undone + others) localStorage.setItem("yimen-waiting", String(undone + others)); // the staff pages ask before they sign out
  else localStorage.removeItem("yimen-waiting");
  for (const small of document.querySelectorAll("[data-waiting]")) small.replaceChildren(undone ? words("items", undone) : "");
  const line = document.getElementById("net");
  if (!line) return;
  const [head, hint] = said(waiting, others);
  if (!head && !isKept && line.childElementCount) return; // the server's own words
  const strong = document.createElement("b");
  strong.textContent = head;
  const rest = document.createElement("span");
  if (last.state === "signed-out" && waiting) {
    const link = document.createElement("a");
    link.href = `/login?next=${encodeURIComponent("/m?server=1")}`;
    link.textContent = hint;
    rest.append(link);
  } else rest.textContent = hint;
  line.replaceChildren(strong, rest);
  line.hidden = !head;
}

function said(waiting: number, others: number): [string, string] {
  if (last.state === "signed-out") return waiting ? [words("signed-out", waiting), words("sign-in")] : others ? [words("other", others), ""] : ["", ""];
  if (last.state === "other") return [words("other", others), ""];
  if (last.state === "busy") return waiting ? [words("busy", waiting), words("busy-hint")] : ["", ""];
  if (last.state === "refused") return [words("refused", 0, last.words), ""];
  if (last.state === "offline") return waiting ? [words("waiting", waiting), words("waiting-hint")] : [words("offline"), words("offline-hint")];
  return [waiting ? words("sending", waiting) : "", ""];
}

let isToPack = false; // asked for, and not done yet
let again = 0;

/** One more round after a while, in place of any that was meant before. */
function later(wait: number): void {
  window.clearTimeout(again);
  again = window.setTimeout(() => void speak(), wait);
}

let redraw: () => Promise<void> = async () => {};

export async function speak(isPacking = false): Promise<void> {
  isToPack ||= isPacking;
  last = await round(isToPack);
  if (last.state === "online") isToPack = false;
  if (last.state === "busy") later(pauseLeft());
  if (last.state === "left") return location.replace(`/login?next=${encodeURIComponent("/m?server=1")}`);
  await show();
  await redraw();
}

/** A form of the kept page goes out with the token of this session. */
function sign(form: HTMLFormElement): void {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  const field = form.querySelector<HTMLInputElement>('[name="csrfmiddlewaretoken"]');
  if (field && token) field.value = token;
}

/** Signing out forgets all that is one's own, so what nobody else has is sent first or asked about. What another officer has
 * not sent stays. Without a network the session itself ends at the next contact. */
async function leave(form: HTMLFormElement): Promise<void> {
  await speak();
  const left = (await held()).own.filter((row) => row.state !== "sent").length;
  if (left && !confirm(words("leaving", left))) return;
  const account = await ownAccount();
  const others = await forgetOwn();
  await show();
  if (last.state === "offline") {
    await leaveLater(account);
    return redraw();
  }
  sign(form);
  if (others) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "keep", value: "1" }));
  form.submit();
}

function startForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    sign(form);
    if (!form.action.endsWith("/logout")) return;
    event.preventDefault();
    void leave(form);
  });
}

/** Hears of the network from the first moment on: what comes back while the page still starts is not missed. */
function startHearing(): void {
  window.addEventListener("online", () => {
    isToPack = true;
    later(spread());
  });
  window.addEventListener("offline", () => {
    last = { state: "offline", words: "" };
    void show();
  });
  window.addEventListener("focus", () => void speak());
  window.setInterval(() => document.visibilityState === "visible" && void speak(), EVERY);
}

async function start(): Promise<void> {
  startForms();
  startHearing();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/m/sw.js", { scope: "/m", updateViaCache: "none" }).catch(() => {});
  redraw = await startPages(isKept);
  await show();
  await speak(true);
  void navigator.storage?.persist?.();
}

if (window.isSecureContext && "indexedDB" in window) void start();
