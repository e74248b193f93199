/**
 * Looking at a page and putting it right: turn, move within its slot, compare with the original, take anew, take out.
 *
 * The tools stand above the stage while a page is looked at (`[data-tools]`). Nothing is lost by any of them: the server
 * makes a new page of the same original, or keeps the old one with the reason. Events: `look` (detail: the page to look at
 * now), `done` (the page is no longer there), `again` (detail: page), `trouble` (detail: Refused).
 */

import { PageView } from "./pageview.js";
import { Refused, ask } from "./requests.js";
import { pageName } from "./slots.js";
import { text } from "./texts.js";

const ORIGINALS = 24; // stills of this visit kept for comparing

export class Inspection extends EventTarget {
  constructor(root, { slots, token }) {
    super();
    Object.assign(this, { slots, token, page: null, originals: new Map() });
    this.tools = root.querySelector("[data-tools]");
    this.form = root.querySelector("[data-supersede]");
    this.view = new PageView(root.querySelector("[data-result]"));
    const acts = {
      left: () => this.turn(270), right: () => this.turn(90), over: () => this.turn(180),
      earlier: () => this.move(-1), later: () => this.move(1), swap: () => this.move(this.index ? -1 : 1),
      again: () => this.dispatchEvent(new CustomEvent("again", { detail: this.page })),
      compare: () => this.compare(), in: () => this.view.zoom(1.5), out: () => this.view.zoom(1 / 1.5), fit: () => this.view.fit(),
    };
    this.tools.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change(() => this.#takeOut());
    });
  }

  /** Keep a still of this visit, to show what its page was made of. */
  keep(digest, blob) {
    if (!blob || this.originals.has(digest)) return;
    this.originals.set(digest, URL.createObjectURL(blob));
    for (const [oldest, address] of this.originals) {
      if (this.originals.size <= ORIGINALS) break;
      URL.revokeObjectURL(address);
      this.originals.delete(oldest);
    }
  }

  get slot() {
    return this.slots.get(this.page.material);
  }

  get index() {
    return this.slot.pages.findIndex((other) => other.id === this.page.id);
  }

  show(page) {
    if (!this.slots.get(page.material)) return; // its slot is not on this screen any more
    this.page = page;
    const held = page.state === "held";
    this.original = page.original_url ?? this.originals.get(page.original_sha256) ?? "";
    this.view.show(page, this.original);
    this.slots.mark(page);
    this.form.hidden = held || !page.supersede_url;
    for (const name of ["left", "right", "over"]) this.#tool(name).hidden = held || !page.turn_url;
    const two = this.slot.sides === 2 && this.slot.pages.length === 2;
    for (const name of ["earlier", "later"]) this.#tool(name).hidden = held || two || this.slot.pages.length < 2;
    this.#tool("swap").hidden = held || !two;
    this.#tool("earlier").disabled = this.index === 0;
    this.#tool("later").disabled = this.index === this.slot.pages.length - 1;
    this.#tool("again").hidden = held;
    this.#tool("compare").hidden = !this.original;
    this.#say(false);
  }

  hide() {
    this.page = null;
    this.slots.mark(null);
    this.form.hidden = true;
  }

  compare() {
    if (this.original) this.#say(this.view.compare());
  }

  /** Turn the page clockwise by 90, 180 or 270 degrees. */
  turn(degrees) {
    return this.#change(async () => {
      const old = this.page;
      const { page } = await ask(old.turn_url, { turn: degrees }, this.token);
      this.slots.remove(old);
      this.slots.add(page);
      this.dispatchEvent(new CustomEvent("look", { detail: page }));
    });
  }

  /** Move the page by so many places within its slot. */
  move(by) {
    const ids = this.slot.pages.map((page) => String(page.id));
    const to = this.index + by;
    if (to < 0 || to >= ids.length) return undefined;
    [ids[this.index], ids[to]] = [ids[to], ids[this.index]];
    return this.order(this.slot, ids);
  }

  /** Bring the pages of a slot into an order of their ids. */
  order(slot, ids) {
    return this.#change(async () => {
      const { pages } = await ask(slot.order_url, { order: ids.join(",") }, this.token);
      this.slots.put(slot.code, pages);
      const now = pages.find((page) => page.id === this.page?.id);
      if (now) this.dispatchEvent(new CustomEvent("look", { detail: now }));
    });
  }

  async #takeOut() {
    const old = this.page;
    await ask(old.supersede_url, { reason: this.form.elements.reason.value }, this.token);
    this.slots.remove(old);
    this.slots.select(old.material);
    this.form.reset();
    this.dispatchEvent(new Event("done"));
  }

  /** One change at a time; a second press while one is under way does nothing. */
  async #change(act) {
    if (this.busy) return;
    this.busy = true;
    this.tools.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.dispatchEvent(new CustomEvent("trouble", { detail: problem }));
    } finally {
      this.busy = false;
      this.tools.removeAttribute("aria-busy");
    }
  }

  #say(original) {
    const name = this.page.state === "held" ? text("thumb-held", { name: this.slot.name }) : `${this.slot.name} ${pageName(this.slot, this.index)}`;
    this.view.word.textContent = original ? text("shows-original", { name }) : this.page.dpi ? text("shows-dpi", { name, dpi: this.page.dpi }) : name;
    this.#tool("compare").querySelector("span").textContent = text(original ? "after" : "before");
    this.#tool("compare").setAttribute("aria-pressed", String(original));
  }

  #tool(name) {
    return this.tools.querySelector(`[data-act="${name}"]`);
  }
}
