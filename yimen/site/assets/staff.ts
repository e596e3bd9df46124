// Staff side. Every page works without this file; it shortens the way. No words here: they stand in the page.
import { startAutosave } from "./autosave";
import { startFinder } from "./finder";
import { startKeeping } from "./keep";
import { startKeys } from "./keys";
import { startTrips } from "./trips";

/** What needs a script is hidden until there is one. */
function startPrint(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/** Puts the mask back over a number that was shown for a while. */
function startExpiry(root: ParentNode): void {
  for (const shown of root.querySelectorAll<HTMLElement>("[data-expires]")) {
    const after = shown.dataset.after ?? "";
    const seconds = Number(shown.dataset.expires);
    shown.removeAttribute("data-expires");
    window.setTimeout(() => shown.replaceChildren(after), seconds * 1000);
  }
}

/** A second press on a submit button while the first is under way sends nothing. */
function startOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 3000);
  });
}

/** On a phone whose visits wait for a network, signing out would wipe them: it is done where they are shown. */
function startLeaving(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.action.endsWith("/logout")) return;
    if (!Number(localStorage.getItem("yimen-waiting"))) return;
    event.preventDefault();
    location.assign("/m/outbox");
  });
}

/** Ticks: the box in the table head ticks the page; the bulk bar is there only while a row is ticked. */
function startTicks(): void {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.form) return;
    const form = box.form;
    const rows = [...form.querySelectorAll<HTMLInputElement>("input[data-tick]")];
    if (box.matches("[data-tick-all]")) rows.forEach((row) => (row.checked = box.checked));
    rows.forEach((row) => row.closest("tr")?.classList.toggle("selected", row.checked));
    const ticked = rows.filter((row) => row.checked).length;
    form.querySelectorAll("[data-ticked]").forEach((count) => count.replaceChildren(String(ticked)));
    form.querySelectorAll<HTMLElement>(".bulk").forEach((bar) => (bar.hidden = ticked === 0));
  });
}

/** An open menu closes when the eye goes elsewhere. */
function startMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (!menu.contains(event.target as Node)) menu.open = false;
    }
  });
}

startTrips((swapped) => startExpiry(swapped));
startKeeping();
startKeys();
startFinder();
startAutosave();
startPrint();
startExpiry(document);
startLeaving();
startOnce();
startTicks();
startMenus();
