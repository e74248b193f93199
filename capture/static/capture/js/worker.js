/**
 * Opens the capture page of a case without a network, if this machine has opened it before. Nothing else is ever kept.
 *
 * What is kept: the page itself, the style sheets and scripts it uses, and the small pictures in its slots, as one whole
 * under `hukou-capture-<format>|<time>|<path>`. A newer whole takes the place of the older only when it is complete.
 * The network always comes first. It is personal data: signing in or out deletes all of it, a page the server no longer
 * gives is deleted, and so is what is older than a working day. Stills not sent yet lie elsewhere (store.js) and stay.
 */

const FAMILY = "hukou-capture-";
const FORMAT = `${FAMILY}1`;
const PAGE = /^\/cases\/\d+\/capture\/$/;
const GATE = /^\/(login|logout)\/$/;
const PATIENCE = 8_000; // milliseconds until a kept page is shown instead of waiting on
const MOST = 12; // cases
const OLDEST = 12 * 3_600_000; // milliseconds
const ALIKE = { ignoreVary: true };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), forget((name) => !name.startsWith(`${FORMAT}|`))])));

/** A capture page says what it is made of: { keep: path, files: [url, …] }. */
self.addEventListener("message", (event) => {
  const { keep: path, files } = event.data ?? {};
  if (PAGE.test(path)) event.waitUntil(keep(path, files).catch(() => {})); // cut off in the middle: the older whole stays
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (GATE.test(url.pathname)) event.waitUntil(forget(() => true));
    else if (request.method === "GET" && PAGE.test(url.pathname)) event.respondWith(page(request, url.pathname));
  } else if (request.method === "GET" && (url.pathname.startsWith("/static/") || request.destination === "image")) {
    event.respondWith(file(request));
  }
});

async function page(request, path) {
  const kept = newest(path).then((cache) => cache?.match(path, ALIKE));
  const network = fetch(request);
  let answer;
  try {
    answer = (await kept) ? await within(PATIENCE, network) : await network;
  } catch (problem) {
    return (await kept) ?? Response.error();
  }
  if (answer.status >= 500) return (await kept) ?? answer;
  if (!answer.ok) await forget((name) => name.endsWith(`|${path}`)); // signed out, filed, handed up: it is not ours to show
  return answer;
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (problem) {
    return (await caches.match(request, ALIKE)) ?? Response.error();
  }
}

async function keep(path, files) {
  const answer = await fetch(path, { redirect: "error", headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const name = `${FORMAT}|${Date.now()}|${path}`;
  const cache = await caches.open(name);
  try {
    const wanted = new Set([...files, ...pictures(await answer.clone().text())]);
    await Promise.all([...wanted].map((url) => copy(cache, url)));
    await cache.put(path, answer);
  } catch (problem) {
    await caches.delete(name);
    throw problem;
  }
  const young = (await names()).filter((other) => other === name || (pathOf(other) !== path && Date.now() - timeOf(other) < OLDEST));
  const stay = new Set(young.slice(-MOST));
  await forget((other) => !stay.has(other));
}

/** From what is kept already when the name says that it never changes, else from the network. */
async function copy(cache, url) {
  const { pathname } = new URL(url, self.location.origin);
  const lasting = /^\/static\/.*\.[0-9a-f]{12}\.\w+$/.test(pathname) || /\.jpg$/.test(pathname);
  const answer = (lasting && (await caches.match(url, ALIKE))) || (await fetch(url, { redirect: "error" }));
  if (answer.ok) await cache.put(url, answer);
}

/** The small pictures of a page: a picture's address is new whenever its content is. */
function pictures(html) {
  return [...html.matchAll(/<img[^>]*\ssrc="(\/[^"]+)"/g)].map(([, address]) => address.replaceAll("&amp;", "&"));
}

async function newest(path) {
  const found = (await names()).filter((name) => pathOf(name) === path && Date.now() - timeOf(name) < OLDEST);
  return found.length ? caches.open(found.at(-1)) : null;
}

/** Names of what is kept, oldest first. */
async function names() {
  const ours = (await caches.keys()).filter((name) => name.startsWith(`${FORMAT}|`));
  return ours.sort((one, other) => timeOf(one) - timeOf(other));
}

async function forget(which) {
  const ours = (await caches.keys()).filter((name) => name.startsWith(FAMILY) && which(name));
  await Promise.all(ours.map((name) => caches.delete(name)));
}

function timeOf(name) {
  return Number(name.split("|")[1]);
}

function pathOf(name) {
  return name.split("|")[2];
}

function within(milliseconds, answer) {
  return new Promise((done, fail) => {
    setTimeout(() => fail(new Error("late")), milliseconds);
    answer.then(done, fail);
  });
}
