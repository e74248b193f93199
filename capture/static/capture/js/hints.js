/** One line over the live picture: what the hand should do next, with a ring that closes while a page is about to be taken. */

import { pageName } from "./slots.js";
import { text } from "./texts.js";

export class Hints {
  constructor(frame) {
    this.frame = frame;
    this.words = frame.querySelector("[data-hint-words]");
    this.ring = frame.querySelector("circle[data-ring]");
  }

  /** What to say of a `slot` in that state of the trigger (trigger.js); `following` is the next slot that lacks pages. */
  about({ state, progress = 0, reason }, slot, { full, following }) {
    const next = slot.pages.length + slot.pending;
    if (slot.kind === "portrait") return this.say("hint-portrait");
    if (slot.sides === 2 && next === 1 && ["off", "next", "lay"].includes(state)) return this.say("hint-turn-over");
    if (state === "off") return slot.sides === 2 && !full ? this.say("hint-side", { side: pageName(slot, next) }) : this.say("");
    if (state !== "blocked") return this.say(`hint-${state}`, {}, progress);
    if (reason === "full") return this.say(following ? "hint-full" : "hint-full-last", { name: slot.name, next: following?.name });
    return this.say(reason === "held" ? "hint-held" : "");
  }

  /** `name`: of the words, "" for nothing; `progress`: 0…1 of the ring. */
  say(name, values = {}, progress = 0) {
    const words = name ? text(name, values) : "";
    this.frame.hidden = !words;
    this.frame.dataset.hint = name;
    if (this.words.textContent !== words) this.words.textContent = words;
    this.ring.setAttribute("stroke-dasharray", `${(100 * progress).toFixed(1)} 100`);
  }
}
