/**
 * Pages the quality check holds back: each asks for a word before it goes into its slot.
 *
 * A doubtful page is kept by the clerk with a reason (K), which raises an alert; a refused one only by a leader of the
 * station. Either can be taken anew (R) or left out. Events: `kept` (detail: { held, page }), `left` (detail: held),
 * `again` (detail: held: a better picture is wanted), `trouble` (detail: Refused).
 */

import { Refused, ask } from "./requests.js";
import { text } from "./texts.js";

export class Held extends EventTarget {
  constructor(panel, { token, leads }) {
    super();
    Object.assign(this, { panel, token, leads, page: null });
    this.form = panel.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#settle(() => this.#keep());
    });
    this.#button("again").addEventListener("click", () => this.page && this.dispatchEvent(new CustomEvent("again", { detail: this.page })));
    this.#button("drop").addEventListener("click", () => this.#settle(() => this.leave(this.page)));
  }

  /** Ask about a page; null for nothing. Typed words stay with their page. */
  ask(page) {
    if (page?.id !== this.page?.id) this.form.reset();
    this.page = page;
    this.panel.hidden = !page;
    if (!page) return;
    const may = page.can_keep === "reason" || this.leads;
    this.panel.querySelector("[data-may-keep]").hidden = !may;
    this.form.elements.reason.disabled = !may;
    this.panel.querySelector("[data-leader-only]").hidden = may;
    this.panel.dataset.level = page.verdict;
  }

  /** Leave a page out of the case. Throws Refused. */
  async leave(page) {
    await ask(page.drop_url, {}, this.token);
    this.dispatchEvent(new CustomEvent("left", { detail: page }));
  }

  async #keep() {
    const held = this.page;
    const { page } = await ask(held.keep_url, { reason: this.form.elements.reason.value }, this.token);
    this.dispatchEvent(new CustomEvent("kept", { detail: { held, page } }));
  }

  async #settle(act) {
    if (!this.page || this.busy) return;
    this.busy = true;
    this.panel.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.dispatchEvent(new CustomEvent("trouble", { detail: problem }));
    } finally {
      this.busy = false;
      this.panel.removeAttribute("aria-busy");
    }
  }

  #button(name) {
    return this.panel.querySelector(`[data-held-${name}]`);
  }
}

/** "2 pages wait for your word", or nothing. */
export function heldCount(line, pages) {
  line.hidden = !pages.length;
  line.querySelector("[data-words]").textContent = text("held-count", { count: pages.length });
}
