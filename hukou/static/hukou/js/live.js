/**
 * The line to the server: tells this screen that something changed, by id only.
 *
 * Every message `{"kind": "case_changed", "case": 17}` becomes two DOM events on `document`, `live:case_changed` and
 * `live:case:17`, with the message as `detail`; after a break `live:resync` is sent, because messages may have been missed.
 * Screens refresh themselves with htmx: `hx-trigger="live:inbox_changed from:document, live:resync from:document"`.
 * The address stands in `<body data-live="/live/">`; without it nothing is opened.
 */

const FIRST_WAIT = 1_000; // ms
const LONGEST_WAIT = 30_000; // ms
const STAYS = 12_000; // ms; what it tells lies on the desk too, and what lies under it must be reached
const MOST_TOASTS = 3; // what came before lies on the desk; a minute of many alerts must not hide the page
const SIGN_IN_FIRST = 4401; // close code of hukou.console.live
const address = document.body.dataset.live;
let wait = FIRST_WAIT;
let broken = false;

function send(name, detail) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}

function connect() {
  const socket = new WebSocket(new URL(address, location.href.replace(/^http/, "ws")));
  socket.addEventListener("open", () => {
    wait = FIRST_WAIT;
    document.body.dataset.line = "open";
    if (broken) send("resync", {});
    broken = false;
  });
  socket.addEventListener("message", (event) => {
    let message;
    try {
      message = JSON.parse(event.data);
    } catch {
      return; // not ours; the next message or a resync tells what matters
    }
    if (message.resync) send("resync", {}); // the server itself lost its line and does not know what was missed
    if (message.kind) send(message.kind, message);
    if (message.case) send(`case:${message.case}`, message);
  });
  socket.addEventListener("close", ({ code }) => {
    broken = true;
    document.body.dataset.line = "lost";
    if (code === SIGN_IN_FIRST) return; // the session has ended: asking again would be refused again
    setTimeout(connect, wait * (0.75 + Math.random() / 2)); // spread the stations of a whole city
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

/**
 * Show the waiting toast named `live-<kind>` when such a message arrives, with a link to what the message is about.
 * Where several lead to one place, the newest is shown. It leaves by itself, but not under somebody's hand.
 */
function toast(kind) {
  const pattern = document.querySelector(`template#live-${kind}`);
  if (!pattern) return;
  document.addEventListener(`live:${kind}`, ({ detail }) => {
    const box = pattern.content.firstElementChild.cloneNode(true);
    for (const link of box.querySelectorAll("a[data-address]")) {
      link.href = about(link.dataset.address, detail);
    }
    box.querySelector("button")?.addEventListener("click", () => box.remove());
    box.dataset.kind = kind;
    const shown = document.getElementById("toasts");
    for (const other of shown.querySelectorAll(`[data-kind="${kind}"]`)) {
      if (leads(other) === leads(box)) other.remove();
    }
    shown.append(box);
    leave(box);
    while (shown.children.length > MOST_TOASTS) shown.firstElementChild.remove();
  });
}

/** The address of what a message is about: `/0/` stands for its key, `/month/v0/` for the month and version of a circular. */
function about(address, detail) {
  return address
    .replace("/month/v0/", `/${encodeURIComponent(detail.month)}/v${Number(detail.version)}/`)
    .replace("/0/", `/${Number(detail.case ?? detail.alert)}/`);
}

function leads(box) {
  return box.querySelector("a")?.getAttribute("href"); // as written: what is not shown yet has no base to be resolved with
}

function leave(box) {
  setTimeout(() => (box.matches(":hover, :focus-within") ? leave(box) : box.remove()), STAYS);
}

// What a page asks because of a message is no sign of a person: it must not keep the session alive (hukou.console.idle).
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.triggeringEvent?.type.startsWith("live:")) detail.headers["X-By-Itself"] = "1";
});

if (address) {
  toast("notice_ready");
  toast("alert_raised");
  toast("circular_issued");
  connect();
}
