/**
 * Sends stills one after another and lets none go before the server has confirmed its digest.
 *
 * A still is on the shelf before it is sent. Sending the same still twice makes one page (the server knows it by its
 * SHA-256), so a lost answer is simply asked for again. A refusal leaves the still on the shelf until the clerk puts it aside.
 *
 * Events: `change` (the queue is other than before), `stored` (detail: { still, page }), `refused` (detail: { still, problem }).
 */

import { sha256 } from "./digest.js";

const WAITS = [1, 2, 5, 10, 20, 30]; // seconds between attempts while the line is down
const PATIENCE = 90_000; // milliseconds for one attempt

export class Uploader extends EventTarget {
  constructor({ url, token, officer, store }) {
    super();
    Object.assign(this, { url, token, officer, store });
    this.queue = []; // { …still, state: waiting | sending | offline | signed-out | refused, sent: 0…1, problem }
    this.attempt = 0;
    addEventListener("online", () => this.#soon(0));
  }

  /** Take up what an earlier visit of the same officer to the same case left behind. */
  async resume() {
    for (const still of await this.store.all()) {
      if (still.url !== this.url || still.officer !== this.officer) continue;
      this.queue.push({ ...still, state: still.problem ? "refused" : "waiting", sent: 0 });
    }
    this.#changed();
    this.#soon(0);
  }

  /** Put a still on the shelf and send it: `wish` is { blob, material, kind, device, corners?, turn? }. */
  async add(wish) {
    const digest = await sha256(wish.blob);
    const id = [this.url, wish.material, digest].join("|");
    const still = { ...wish, id, sha256: digest, url: this.url, officer: this.officer, at: Date.now() };
    await this.store.put(still);
    this.queue = [...this.queue.filter((other) => other.id !== id), { ...still, state: "waiting", sent: 0 }];
    this.#changed();
    this.#soon(0);
    return id;
  }

  /** The clerk puts a refused still aside. */
  async discard(id) {
    await this.store.delete(id);
    this.queue = this.queue.filter((still) => still.id !== id);
    this.#changed();
  }

  get unsent() {
    return this.queue.filter((still) => still.state !== "refused");
  }

  retry() {
    this.attempt = 0;
    for (const still of this.unsent) if (still.state !== "sending") still.state = "waiting";
    this.#soon(0);
  }

  #soon(seconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#work(), seconds * 1000);
  }

  async #work() {
    if (this.working) return;
    this.working = true;
    try {
      let next;
      while ((next = this.unsent[0])) if (!(await this.#alone(() => this.#send(next)))) break;
    } finally {
      this.working = false;
    }
  }

  /** Two windows of one case take turns instead of sending the same still at once. */
  #alone(act) {
    return navigator.locks ? navigator.locks.request(`capture ${this.url}`, act) : act();
  }

  /** True when the next still may follow at once. */
  async #send(still) {
    still.state = "sending";
    still.sent = 0;
    this.#changed();
    let answer;
    try {
      answer = await this.#post(still);
    } catch {
      return this.#later(still, "offline");
    }
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return this.#later(still, "offline");
    if (!answer.body || answer.status === 401 || answer.body.code === "not_signed_in") return this.#later(still, "signed-out");
    this.attempt = 0;
    if (answer.status === 201 && (answer.body.page.original_sha256 ?? still.sha256) === still.sha256) {
      await this.store.delete(still.id);
      this.queue = this.queue.filter((other) => other.id !== still.id);
      this.#changed();
      this.dispatchEvent(new CustomEvent("stored", { detail: { still, page: answer.body.page } }));
      return true;
    }
    if (answer.status === 201) return this.#later(still, "offline"); // another picture was confirmed: not ours
    await this.#refuse(still, answer.body);
    return true;
  }

  async #refuse(still, { code, message, advice, original }) {
    still.problem = { code, message, advice, original };
    still.state = "refused";
    const { state: _state, sent: _sent, ...kept } = still;
    await this.store.put(kept);
    this.#changed();
    this.dispatchEvent(new CustomEvent("refused", { detail: { still, problem: still.problem } }));
  }

  #later(still, state) {
    still.state = state;
    this.#changed();
    this.#soon(WAITS[Math.min(this.attempt, WAITS.length - 1)]);
    this.attempt += 1;
    return false;
  }

  #post(still) {
    const form = new FormData();
    form.set("file", still.blob, "still.jpg");
    for (const name of ["sha256", "material", "kind", "device"]) form.set(name, still[name] ?? "");
    if (still.corners) form.set("corners", JSON.stringify(still.corners));
    if (still.turn) form.set("turn", String(still.turn));
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
      request.open("POST", this.url);
      request.timeout = PATIENCE;
      request.setRequestHeader("X-CSRFToken", this.token);
      request.setRequestHeader("X-Requested-With", "fetch");
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = ({ loaded, total }) => {
        still.sent = total ? loaded / total : 0;
        this.#changed();
      };
      request.onload = () => done({ status: request.status, body: parsed(request.responseText) });
      request.onerror = request.ontimeout = request.onabort = () => fail(new Error("line"));
      request.send(form);
    });
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** A sign-in page is an answer too, but not one of ours. */
function parsed(raw) {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}
