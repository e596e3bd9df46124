// Forms that save themselves: data-autosave holds the address. The answer's X-Saved-At ("10:42") is shown; trouble is said
// in the words of the status element (data-autosave-status), and tried again. 401 or a redirect: signed out. 403, 404, 409, 410: the draft is closed or another's.
import { token } from "./trips";

const DELAY = 400; // milliseconds
const RETRY = 5000;

type State = "saved" | "dirty" | "failed" | "signed-out" | "closed";

const stateOf = (status: number): State =>
  status < 300 ? "saved" : status === 401 ? "signed-out" : [403, 404, 409, 410].includes(status) ? "closed" : "failed";

function watch(form: HTMLFormElement, address: string): void {
  const status = document.querySelector<HTMLElement>(`[data-autosave-status="${form.id}"]`);
  let timer = 0;
  let dirty = false;
  let sending = false;
  let submitted = false; // the form is on its way: an answer to an older save no longer matters

  const show = (state: State, at?: string | null): void => {
    if (!status) return;
    for (const words of status.querySelectorAll<HTMLElement>("[data-when]")) words.hidden = words.dataset.when !== state;
    if (at) status.querySelector("[data-saved-at]")?.replaceChildren(at);
  };
  const later = (wait: number): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), wait);
  };
  const save = async (): Promise<void> => {
    if (sending) return later(DELAY);
    sending = true;
    dirty = false;
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-CSRFToken": token(), "X-Autosave": "1" },
        redirect: "manual", // a redirect is the way to the sign-in page
        credentials: "same-origin",
      });
      if (submitted) return;
      const state = answer.type === "opaqueredirect" ? "signed-out" : stateOf(answer.status);
      if (state !== "saved") dirty = true;
      show(dirty && state === "saved" ? "dirty" : state, answer.headers.get("X-Saved-At"));
      if (state === "failed") later(RETRY);
    } catch {
      if (submitted) return;
      dirty = true;
      show("failed");
      later(RETRY);
    } finally {
      sending = false;
    }
  };
  const change = (event: Event): void => {
    if (event instanceof InputEvent && event.isComposing) return;
    dirty = true;
    submitted = false;
    show("dirty");
    later(DELAY);
  };

  form.addEventListener("input", change);
  form.addEventListener("compositionend", change);
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    dirty = false;
    submitted = true;
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    const at = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.getResponseHeader("X-Saved-At");
    if (at && !dirty) show("saved", at); // a round trip saves as well
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

export function startAutosave(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-autosave]")) {
    watch(form, form.dataset.autosave || form.action);
  }
}
