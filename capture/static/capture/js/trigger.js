/**
 * Captures by itself: when a whole page lies still and sharp, and is not the one taken last.
 *
 * It is fed with every look at the desk (`see`) and with every still that was taken, whoever asked for it (`took`). A paper
 * counts as changed when the desk was seen without it, or when what lies there now looks clearly different; a paper that
 * was only straightened is the same. `blocked` is asked before anything: a reason not to fire now (a question waits, the
 * slot is full), or nothing. Events: `fire`; `state` (detail: { state, progress }), for the hint and the ring:
 * off | blocked | lay (a page is wanted) | edges (not wholly in the picture) | still (hold still) | soft (not sharp) |
 * hold (fires when progress is 1) | next (taken: lay down the next).
 */

import { cells, changed, difference, signature } from "./likeness.js";

const HOLD = 550; // milliseconds a page lies still before it is taken: hands need about that to leave
const MOVING = 0.012; // share of the frame that changes from look to look while a hand is in the picture
const EMPTY = 2; // looks in a row at a desk with nothing on it
const OTHER = 0.5; // likeness.difference above which it is another paper even if the desk was never seen empty
const AGAIN = 400; // milliseconds between two looks at sharpness while the camera focuses

export class Trigger extends EventTarget {
  /** `blocked()` answers why nothing may be taken now, or ""; `sharp(corners, width)` looks closely at the paper. */
  constructor({ blocked, sharp }) {
    super();
    Object.assign(this, { blocked, sharp, on: false, taken: null, last: null, empty: 0, since: 0, softSince: 0 });
  }

  switch(on) {
    this.on = on;
    this.since = performance.now();
    this.#say(on ? "lay" : "off");
  }

  /** A still was taken just now: what lies there is not taken again. */
  took() {
    this.taken = this.last;
    this.lifted = false;
    this.empty = 0;
  }

  /** Take what lies there although it was taken before: the clerk wants it anew. */
  again() {
    this.taken = null;
  }

  see({ pixels, width, height, corners, whole, empty }, now = performance.now()) {
    const grid = cells(pixels, width, height);
    const moving = !this.last || changed(grid, this.last.grid) > MOVING;
    const sign = corners.length && !moving ? signature(pixels, width, height, corners) : null;
    this.last = { grid, sign: sign ?? (moving ? null : this.last?.sign ?? null), corners };
    if (this.taken && !this.taken.sign && sign) this.taken.sign = sign; // taken by hand while something still moved
    this.empty = empty ? this.empty + 1 : 0;
    if (this.empty >= EMPTY) this.lifted = true;
    if (moving) this.since = now;
    if (!this.on) return;
    const reason = this.blocked();
    if (reason) return this.#wait("blocked", now, reason);
    if (!corners.length) return this.#wait("lay", now);
    if (!whole) return this.#wait("edges", now);
    if (moving || !sign) return this.#wait("still", now);
    if (this.taken && !this.lifted) {
      if (!this.taken.sign || difference(sign, this.taken.sign) < OTHER) return this.#wait("next", now);
    }
    const progress = Math.min((now - this.since) / HOLD, 1);
    if (progress < 1) return this.#say("hold", progress);
    if (now - this.softSince < AGAIN) return;
    if (!this.sharp(corners, width)) {
      this.softSince = now;
      return this.#say("soft");
    }
    this.#say("hold", 1);
    this.dispatchEvent(new Event("fire"));
  }

  #wait(state, now, reason = "") {
    this.since = now;
    this.#say(state, 0, reason);
  }

  #say(state, progress = 0, reason = "") {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, progress, reason } }));
  }
}
