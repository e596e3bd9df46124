// The service worker of the phone's pages. It keeps the empty page and its sheets, and answers with them for every page of
// the walk, network or not; what stands on the page comes from the pack. It holds no word about anybody.
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  kept: string[];
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(kind: "install" | "activate", hear: (event: Waiting) => void): void;
  addEventListener(kind: "fetch", hear: (event: Asked) => void): void;
}
const worker = self as unknown as Worker;
const NAME = "yimen-phone";
const SHELL = "/m/shell";
const PAGES = /^\/m(\/find|\/log|\/outbox|\/visit\/[0-9a-z]+)?$/;

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  await Promise.all(worker.kept.map(async (path) => {
    const answer = await fetch(path, { cache: "reload", credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(path);
    await cache.put(path, answer);
  }));
  await worker.skipWaiting();
}

async function clean(): Promise<void> {
  const cache = await caches.open(NAME);
  const old = (await cache.keys()).filter((one) => !worker.kept.includes(new URL(one.url).pathname));
  await Promise.all(old.map((one) => cache.delete(one)));
  await worker.clients.claim();
}

const kept = async (path: string, request: Request): Promise<Response> =>
  (await (await caches.open(NAME)).match(path)) ?? fetch(request);

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(clean()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin || address.searchParams.has("server")) return;
  if (request.mode === "navigate" && PAGES.test(address.pathname)) event.respondWith(kept(SHELL, request));
  else if (address.pathname !== SHELL && worker.kept.includes(address.pathname)) event.respondWith(kept(address.pathname, request));
});
