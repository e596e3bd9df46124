// Round trips by htmx, on a short lead: nothing evaluated, nothing fetched from elsewhere, nothing kept in the browser.
import htmx from "htmx.org";

export const token = (): string =>
  document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

type Trouble = "network" | "signed-out" | "refused";

/** Says in the page's own words why a trip came to nothing. */
export function say(trouble: Trouble | null): void {
  const box = document.getElementById("failure");
  if (!box) return;
  box.hidden = trouble === null;
  for (const words of box.querySelectorAll<HTMLElement>("[data-failure]")) words.hidden = words.dataset.failure !== trouble;
  if (trouble) box.scrollIntoView({ block: "nearest" });
}

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
  document.addEventListener("htmx:afterRequest", (event) => {
    const { successful, xhr } = (event as CustomEvent<{ successful?: boolean; xhr: XMLHttpRequest }>).detail;
    if (successful && !xhr.responseURL.includes("/login")) say(null);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean }>;
    if (!detail.xhr.responseURL || new URL(detail.xhr.responseURL).pathname !== "/login") return;
    detail.shouldSwap = false; // the sign-in page has no place inside this one
    say("signed-out");
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
