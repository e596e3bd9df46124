// Round trips by htmx, on a short lead: nothing evaluated, nothing fetched from elsewhere, nothing kept in the browser.
import htmx from "htmx.org";

export const token = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

type Trouble = "network" | "signed-out" | "refused" | "said";

/** Says in the page's own words why a trip came to nothing. */
export function say(trouble: Trouble | null, sentence = ""): void {
  const box = document.getElementById("failure");
  if (!box) return;
  box.hidden = trouble === null;
  for (const words of box.querySelectorAll<HTMLElement>("[data-failure]")) words.hidden = words.dataset.failure !== trouble;
  if (sentence) box.querySelector('[data-failure="said"]')?.replaceChildren(sentence);
  if (!trouble) return;
  (document.querySelector("dialog[open]") ?? document.getElementById("main"))?.prepend(box); // where the eye is
  box.scrollIntoView({ block: "nearest" });
}

/** A refusal comes as one plain sentence; it belongs in the note, not in the place of what was to be changed. */
const isSentence = (xhr: XMLHttpRequest): boolean => (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");

export function startTrips(afterSwap: (swapped: ParentNode) => void): void {
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    selfRequestsOnly: true,
    includeIndicatorStyles: false,
    historyCacheSize: 0, // pages hold personal data: none is kept in browser storage
    refreshOnHistoryMiss: true,
    responseHandling: [
      { code: "204", swap: false },
      { code: "[23]..", swap: true },
      { code: "422", swap: true }, // the form with its errors
      { code: "...", swap: false, error: true },
    ],
  });
  document.addEventListener("htmx:configRequest", (event) => {
    (event as CustomEvent<{ headers: Record<string, string> }>).detail.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>;
    const { xhr } = detail;
    if (xhr.status < 400 && new URL(xhr.responseURL, location.href).pathname !== "/login") return say(null);
    if (xhr.status >= 400 && !isSentence(xhr)) return; // a form with its errors, or a failure named below
    detail.shouldSwap = detail.isError = false; // neither a sentence nor the sign-in page takes the place of a part
    if (isSentence(xhr)) say("said", xhr.responseText);
    else say("signed-out");
  });
  document.addEventListener("htmx:sendError", () => say("network"));
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    say(xhr.status === 401 ? "signed-out" : "refused");
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) afterSwap(event.target.parentNode ?? event.target);
  });
}
