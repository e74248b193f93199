/**
 * Sends stills one after another, in the order they were taken, and lets none go before the server has confirmed its digest.
 *
 * A still is on the shelf (store.js) before it is sent. Sending the same still twice makes one page (the server knows it by
 * its SHA-256), so a lost answer is simply asked for again. A refusal leaves the still on the shelf until the clerk puts it
 * aside. Whatever an officer left behind is sent from any capture page they open; stills of other officers are counted only.
 *
 * For the page:
 *   await uploader.add(wish)   keep and send: { blob, material, kind, device, camera?, corners?, turn?, several?, replaces? };
 *                              throws ShelfProblem (store.js) when the still could not be kept: nothing was taken
 *   queue       stills of this case not confirmed yet, in order: { …still, state, sent: 0…1, problem?, waiting? }
 *               state: waiting | sending | offline | busy (the server has `waiting` pages before ours) | signed-out | refused
 *   elsewhere   the same for this officer's other cases
 *   others      how many stills of other officers wait on this machine
 *   standing    unknown | up | offline | busy | signed-out | other-officer: how we stand with the server
 *   discard(id), retry()
 * Events: `change` (any of the above), `stored` (detail: { still, page, pages }: confirmed, whichever window sent it),
 * `refused` (detail: { still, problem }), `unkept` (detail: ShelfProblem, beside what `add` throws).
 */

import { sha256 } from "./digest.js";
import { Line, LineDown } from "./line.js";
import { text } from "./texts.js";

const WAITS = [1, 2, 5, 10, 20, 30]; // seconds between attempts while the server cannot take anything
const HELD_UP = 2; // the pause, as a place in WAITS, that grows no longer while the server answers
const FAULTS = 3; // attempts after which a still the server stumbles over makes room for the next
const SIGNED_OUT = ["session_expired", "not_signed_in"];
const CHANNEL = "hukou-capture";

export class Uploader extends EventTarget {
  constructor({ url, token, officer, store }) {
    super();
    Object.assign(this, { url, officer, store, standing: "unknown", others: 0, attempt: 0 });
    this.line = new Line({ token, officer });
    this.stills = [];
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => this.#heard(data);
    addEventListener("online", () => this.#soon(0));
    addEventListener("focus", () => this.standing !== "up" && this.#soon(0));
  }

  get queue() {
    return this.stills.filter((still) => still.url === this.url);
  }

  get elsewhere() {
    return this.stills.filter((still) => still.url !== this.url);
  }

  /** Stills that will be sent without anybody doing anything. */
  get unsent() {
    return this.stills.filter((still) => still.state !== "refused");
  }

  /** Take up what earlier visits of the same officer left behind. */
  async resume() {
    await this.#read();
    this.#soon(0);
  }

  async add(wish) {
    const digest = await sha256(wish.blob);
    const id = [this.officer, this.url, wish.material, digest].join("|");
    const taken = new Date();
    const still = { ...wish, id, sha256: digest, url: this.url, officer: this.officer, at: taken.getTime(), taken_at: withZone(taken) };
    try {
      await this.store.put(still);
    } catch (problem) {
      this.dispatchEvent(new CustomEvent("unkept", { detail: problem }));
      throw problem;
    }
    this.stills = [...this.stills.filter((other) => other.id !== id), fresh(still)];
    this.#changed();
    this.channel.postMessage({ kind: "kept", officer: this.officer });
    this.#soon(0);
    return id;
  }

  /** The clerk puts a refused still aside. */
  async discard(id) {
    await this.store.delete(id);
    this.#forget(id);
    this.channel.postMessage({ kind: "gone", officer: this.officer });
  }

  retry() {
    this.attempt = 0;
    for (const still of this.unsent) if (still.state !== "sending") still.state = "waiting";
    this.#changed();
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
      if (this.standing !== "up" && this.standing !== "busy" && !(await this.#hello())) return;
      let next;
      while ((next = this.unsent[0])) if (!(await this.#alone(() => this.#send(next)))) break;
    } finally {
      this.working = false;
    }
  }

  /** Two windows take turns instead of sending the same still at once. */
  #alone(act) {
    return navigator.locks ? navigator.locks.request(`capture ${this.officer}`, act) : act();
  }

  /** True when the server is there and knows us; else another attempt is arranged. */
  async #hello() {
    let word;
    try {
      word = await this.line.hello();
    } catch (problem) {
      if (!(problem instanceof LineDown)) throw problem;
      word = "offline";
    }
    if (word !== "ready") return this.#later(word);
    this.attempt = Math.min(this.attempt, HELD_UP); // the server is there: not long until the next attempt, whatever cuts it
    this.#stand("up");
    return true;
  }

  /** True when the next still may follow at once. */
  async #send(still) {
    if (!(await this.store.get(still.id))) return this.#forget(still.id); // another window has sent it, or put it aside
    still.state = "sending";
    still.sent = 0;
    this.#changed();
    let answer;
    try {
      await still.blob.slice(0, 1).arrayBuffer();
    } catch {
      return this.#refuse(still, ownWords("still_unreadable"));
    }
    try {
      answer = await this.line.send(still, (sent, confirmed) => this.#progress(still, sent, confirmed));
    } catch (problem) {
      if (!(problem instanceof LineDown)) throw problem;
      return this.#later("offline");
    }
    const { status, body, pause } = answer;
    if (status === 503 && body?.code === "workshop_busy") return this.#busy(body.waiting, pause);
    if (status === 429) return this.#busy(0, pause);
    if ([408, 502, 503, 504].includes(status)) return this.#later("offline");
    if (status === 401 || SIGNED_OUT.includes(body?.code)) return this.#later("signed-out");
    if (body?.code === "other_officer") return this.#later("other-officer");
    if (status === 201 && body?.page?.original_sha256 === still.sha256) return this.#stored(still, body);
    if (body && body.code !== "workshop_failed" && status >= 400 && status < 500) return this.#refuse(still, body);
    return this.#fault(still, body?.message ? body : ownWords("server_fault"));
  }

  async #stored(still, { page, pages = [page] }) {
    this.attempt = 0;
    this.#stand("up");
    await this.store.delete(still.id);
    this.#forget(still.id);
    const { blob: _blob, ...told } = still;
    this.channel.postMessage({ kind: "stored", officer: this.officer, still: told, page, pages });
    this.#tellStored(still, page, pages);
    return true;
  }

  /** No answer of ours: the token may be old, the session gone, or the server stumbles over this still. */
  async #fault(still, words) {
    still.faults = (still.faults ?? 0) + 1;
    if (still.faults >= FAULTS) return this.#refuse(still, words);
    still.state = "waiting";
    if (!(await this.#hello())) return false;
    return still.faults === 1 || this.#later("offline");
  }

  async #refuse(still, { code, message, advice, original }) {
    this.attempt = 0;
    still.problem = { code, message, advice, original };
    const { state: _state, sent: _sent, waiting: _waiting, tried: _tried, faults: _faults, ...kept } = still;
    still.state = "refused";
    await this.store.put(kept);
    this.channel.postMessage({ kind: "kept", officer: this.officer });
    this.#changed();
    if (still.url === this.url) this.dispatchEvent(new CustomEvent("refused", { detail: { still, problem: still.problem } }));
    return true;
  }

  #busy(waiting, pause) {
    for (const still of this.unsent) still.waiting = waiting ?? 0;
    return this.#later("busy", pause);
  }

  /** Everything waits; the pauses grow, and the stations of a whole city do not come back at the same moment. */
  #later(standing, pause = WAITS[Math.min(this.attempt, WAITS.length - 1)]) {
    this.attempt += 1;
    this.#soon((pause || 1) * (0.75 + Math.random() / 2));
    this.#stand(standing);
    return false;
  }

  #stand(standing) {
    this.standing = standing;
    const state = { up: "waiting", "other-officer": "signed-out" }[standing] ?? standing;
    for (const still of this.unsent) still.state = state;
    this.#changed();
  }

  #forget(id) {
    this.stills = this.stills.filter((still) => still.id !== id);
    this.#changed();
    return true;
  }

  /** Another window of this officer has kept, sent or put aside something. */
  async #heard({ kind, officer, still, page, pages }) {
    const ours = officer === this.officer && kind === "stored" && this.stills.find((other) => other.id === still.id);
    await this.#read();
    if (officer === this.officer && kind === "stored") this.#tellStored(ours || still, page, pages);
    this.#soon(0);
  }

  #tellStored(still, page, pages) {
    if (still.url === this.url) this.dispatchEvent(new CustomEvent("stored", { detail: { still, page, pages } }));
  }

  /** What lies on the shelf; stills in our hands keep their state. */
  async #read() {
    const kept = await this.store.all();
    const known = new Map(this.stills.map((still) => [still.id, still]));
    const own = kept.filter((still) => still.officer === this.officer);
    this.others = kept.length - own.length;
    this.stills = own.map((still) => {
      const held = known.get(still.id);
      return held && (held.problem || !still.problem) ? held : fresh(still);
    });
    this.#changed();
  }

  #progress(still, sent, confirmed) {
    if (confirmed) this.attempt = 0; // a line that brings something is worth asking again soon
    still.sent = sent;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function fresh(still) {
  const { problem, ...kept } = still;
  return problem && problem.code !== "server_fault" ? { ...still, state: "refused", sent: 0 } : { ...kept, state: "waiting", sent: 0 };
}

/** A refusal the server did not word. */
function ownWords(code) {
  return { code, message: text(`problem-${code}`), advice: text(`problem-${code}-advice`) };
}

/** The machine's own time with its offset, e.g. 2026-11-21T15:24:43.123+08:00; the server keeps its time of receipt apart. */
function withZone(moment) {
  const east = -moment.getTimezoneOffset();
  const local = new Date(moment.getTime() + east * 60_000).toISOString().slice(0, -1);
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  return `${local}${east < 0 ? "-" : "+"}${two(Math.abs(east) / 60)}:${two(Math.abs(east) % 60)}`;
}
