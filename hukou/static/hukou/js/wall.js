/**
 * The wall keeps itself up to date, says when it cannot, and fills the screen.
 *
 * A message of the line asks for the figures at once, then at most every few seconds however much happens; without any
 * message they are asked for twice a minute all the same. The clock is the server's. `body[data-wall]` says in which state
 * the figures are: "live"; "stale" when the line or the answers stopped; "out" when nobody is signed in here any more.
 */

const LEAST = 3_000; // ms between two questions
const MOST = 30_000; // ms without a question
const OLD = 75_000; // ms after which figures are no longer those of now
const page = document.body;
const figures = document.getElementById("figures");
const clock = document.querySelector("[data-wall-clock]");
const day = document.querySelector("[data-wall-day]");
const full = document.querySelector("[data-wall-full]");
const days = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", timeZone: "Asia/Shanghai" });
const parts = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium", timeZone: "Asia/Shanghai" });
let ahead = 0; // ms by which the server's clock is ahead of ours
let answered = Date.now();
let asked = 0;
let waiting = 0;
let refused = false;

function read() {
  const said = Date.parse(figures.querySelector("[data-now]")?.dataset.now);
  if (!Number.isNaN(said)) ahead = said - Date.now();
  answered = Date.now();
  for (const place of document.querySelectorAll("[data-wall-since]")) place.textContent = clockOf(answered).slice(11);
}

function clockOf(moment) {
  return parts.format(new Date(moment + ahead));
}

function tick() {
  const now = Date.now();
  const said = clockOf(now);
  clock.textContent = said.slice(11, 16);
  day.textContent = `${said.slice(0, 10)} ${days.format(new Date(now + ahead))}`;
  const lost = page.dataset.line === "lost" || now - answered > OLD;
  page.dataset.wall = refused ? "out" : lost ? "stale" : "live";
  if (!refused && now - asked > MOST) ask();
}

function ask() {
  clearTimeout(waiting);
  waiting = 0;
  asked = Date.now();
  document.dispatchEvent(new CustomEvent("wall:ask"));
}

function soon() {
  if (refused || waiting) return;
  const rest = asked + LEAST - Date.now();
  if (rest <= 0) ask();
  else waiting = setTimeout(ask, rest);
}

document.addEventListener("live:wall_changed", soon);
document.addEventListener("live:resync", soon);
figures.addEventListener("htmx:afterSwap", read);
figures.addEventListener("htmx:beforeSwap", (event) => {
  const { status, responseURL } = event.detail.xhr;
  refused = status === 401 || status === 403 || new URL(responseURL || location.href).pathname !== `${location.pathname}figures/`;
  if (refused) event.detail.shouldSwap = false;
});

/** A screen that shows the wall must not go dark; where the browser cannot promise that, the machine's own setting does. */
async function awake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // asked again when the page is next seen
  }
}

full?.addEventListener("click", async () => {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.documentElement.requestFullscreen();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && awake());

read();
asked = Date.now();
setInterval(tick, 1000);
tick();
awake();
