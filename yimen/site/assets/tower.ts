// The tower view in the hand of somebody who knows its keys: arrows move over the doors, Enter opens one beside the table
// (htmx follows the link), and typing a number jumps to it. Without this file every door is a link and jumping a form.

const doors = (): HTMLAnchorElement[] => [...document.querySelectorAll<HTMLAnchorElement>(".tower .door")];

const cellOf = (door: Element): HTMLTableCellElement | null => door.closest<HTMLTableCellElement>("td");

/** The next door in a direction; over gaps, to the nearest row or column that has one. */
function beside(door: HTMLAnchorElement, down: number, right: number): HTMLAnchorElement | null {
  const cell = cellOf(door);
  const row = cell?.parentElement;
  const rows = [...(row?.parentElement?.children ?? [])];
  if (!cell || !row) return null;
  let line = rows.indexOf(row);
  let column = cell.cellIndex;
  for (;;) {
    line += down;
    column += right;
    const there = (rows[line] as HTMLTableRowElement | undefined)?.cells[column];
    if (!there || column < 1) return null;
    const found = there.querySelector<HTMLAnchorElement>(".door");
    if (found) return found;
  }
}

function mark(door: HTMLAnchorElement): void {
  for (const other of doors()) other.removeAttribute("aria-current");
  door.setAttribute("aria-current", "true");
}

/** "1-1203" or "1203"; a building in front of them is left out. */
function called(typed: string): HTMLAnchorElement | undefined {
  const parts = typed.trim().split(/[-\/—－]/).filter(Boolean);
  const room = parts.at(-1);
  const unit = parts.at(-2);
  const found = doors().filter((door) => door.querySelector("b")?.textContent === room);
  return found.find((door) => unit !== undefined && door.id === `d-${unit}-${room}`) ?? (found.length === 1 ? found[0] : undefined);
}

/** v on a door of one's own patch: to the record of a visit. */
function visits(table: HTMLElement, door: HTMLAnchorElement | null, event: KeyboardEvent): boolean {
  const to = table.dataset.visit;
  if (!to || !door || door.classList.contains("k-hidden") || event.code !== "KeyV" || event.altKey || event.ctrlKey || event.metaKey) return false;
  if (document.documentElement.dataset.keys === "off") return false;
  event.preventDefault();
  event.stopPropagation();
  location.assign(to + (new URL(door.href).searchParams.get("door") ?? ""));
  return true;
}

function startMoving(table: HTMLElement): void {
  const steps: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  table.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const here = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(".door") : null;
    if (visits(table, here, event)) return;
    if (!step || !here || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    beside(here, ...step)?.focus();
  });
  table.addEventListener("click", (event) => {
    const door = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>(".door") : null;
    if (door) mark(door);
  });
}

function startJumping(form: HTMLFormElement): void {
  const missed = document.querySelector<HTMLElement>("[data-missed]");
  form.addEventListener("submit", (event) => {
    const field = form.querySelector<HTMLInputElement>('[name="jump"]');
    const door = called(field?.value ?? "");
    event.preventDefault();
    if (missed) missed.hidden = door !== undefined;
    door?.focus();
    door?.click();
  });
}

const table = document.querySelector<HTMLElement>(".tower");
const form = document.querySelector<HTMLFormElement>("form[data-jump]");
if (table) startMoving(table);
if (form) startJumping(form);
