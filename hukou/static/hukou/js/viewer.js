/**
 * The page viewer: R turns, 1 is life size in pixels, F fits, arrows and Space turn pages, S lays two pages side by side.
 *
 * Markup (components/viewer.html): `[data-viewer]` holds two `[data-stage] > img` (the second hidden until asked for),
 * `[data-caption]`, `[data-scale]`, `[data-note]` and buttons `[data-act="turn|one|fit|in|out|previous|next|beside"]`; pages
 * are `a[data-page][href]` anywhere in `[data-viewer-pages]`, as pane.js wants them: `href` the page at full size, `data-screen`
 * a smaller copy, `data-width` and `data-height` the pixels of the page. Side by side, what one does is done to the pane last touched.
 * `a[data-beside="page"]` elsewhere shows its own picture, e.g. an earlier take, at the left of that page;
 * `a[data-shows-page="page"]` shows that page.
 * A page that was shown is marked `data-seen` and, when `data-seen-form` names a form, written into it as a hidden
 * field `pages_seen`: nobody signs what they have not seen. Sends `viewer:page` and `viewer:seen` from the viewer.
 */

import { Pane } from "./pane.js";

const picture = (link) => ({
  href: link.href,
  screen: link.dataset.screen,
  width: Number(link.dataset.width),
  height: Number(link.dataset.height),
  caption: link.dataset.caption,
});

class Viewer {
  constructor(root) {
    this.root = root;
    this.pages = [...document.querySelectorAll("[data-viewer-pages] a[data-page]")];
    this.form = document.getElementById(root.dataset.seenForm);
    this.index = [undefined, undefined]; // which page lies on which pane; -1: a picture that is no page of the folder now
    this.active = 0;
    this.panes = [...root.querySelectorAll("[data-stage]")].map((stage, at) => new Pane(stage, {
      loaded: () => this.seen(at),
      moved: (scale) => at === this.active && this.say("[data-scale]", `${Math.round(scale * 100)}%`),
      failed: () => this.note(this.root.dataset.failed),
      touched: () => this.choose(at),
    }));
    this.listen();
    const first = this.pages.findIndex((page) => page.getAttribute("aria-current") === "true");
    if (this.pages.length) this.show(Math.max(first, 0), { quiet: true });
  }

  get pane() {
    return this.panes[this.active];
  }

  get beside() {
    return this.root.hasAttribute("data-two");
  }

  listen() {
    this.pages.forEach((page, index) => page.addEventListener("click", (event) => {
      event.preventDefault();
      this.show(index);
    }));
    const acts = {
      turn: () => this.pane.turn(), one: () => this.pane.one(), fit: () => this.pane.fit(),
      in: () => this.pane.closer(), out: () => this.pane.further(),
      previous: () => this.step(-1), next: () => this.step(1), beside: () => this.two(!this.beside),
    };
    for (const button of this.root.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => acts[button.dataset.act]());
    }
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-beside], a[data-shows-page]");
      if (!link) return;
      event.preventDefault();
      const wanted = link.dataset.beside ?? link.dataset.showsPage;
      this.compare(link, this.pages.findIndex((page) => page.dataset.page === wanted));
    });
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || event.target.matches("input, textarea, select")) return;
    const turns = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, " ": event.shiftKey ? -1 : 1 };
    if (!(event.key in turns)) return;
    event.preventDefault();
    this.step(turns[event.key]);
  }

  step(by) {
    const here = this.index[this.active];
    this.show(here < 0 ? 0 : here + by);
  }

  show(index, { quiet = false, at = this.active } = {}) {
    if (index < 0 || index >= this.pages.length) return;
    const page = this.pages[index];
    this.index[at] = index;
    this.mark();
    if (!quiet) page.scrollIntoView({ block: "nearest" });
    this.note("");
    this.panes[at].show(picture(page));
    const next = this.pages[index + 1];
    if (next) new Image().src = next.dataset.screen ?? next.href; // the next page is there when asked for
    this.root.dispatchEvent(new CustomEvent("viewer:page", { bubbles: true, detail: { page: page.dataset.page } }));
  }

  /** Two pages side by side: this one and the next, or one again. */
  two(on) {
    if (on && this.pages.length < 2) return;
    this.open(on);
    if (!on) return;
    const here = Math.max(this.index[0] ?? 0, 0);
    this.show(here + 1 < this.pages.length ? here + 1 : here - 1, { quiet: true, at: 1 });
  }

  open(on) {
    const left = this.index[0];
    this.root.toggleAttribute("data-two", on);
    this.panes[1].stage.hidden = !on;
    this.root.querySelector("[data-act=beside]")?.setAttribute("aria-pressed", String(on));
    if (!on) {
      this.index[1] = undefined;
      this.choose(0);
      if (left < 0) this.show(0);
    }
  }

  /** An earlier take at the left and the page that took its place at the right; without one, the take alone beside what is shown. */
  compare(link, index) {
    if (link.dataset.beside === undefined) {
      this.show(index);
      return;
    }
    this.open(true);
    if (index >= 0) this.show(index, { at: 1 });
    else if (this.index[1] === undefined) this.show(Math.max(this.index[0], 0), { at: 1 });
    this.index[0] = -1;
    this.panes[0].show(picture(link));
    this.left = link.dataset.caption;
    this.choose(1);
  }

  choose(at) {
    this.active = at;
    this.mark();
    this.say("[data-scale]", `${Math.round(this.pane.scale * 100)}%`);
  }

  /** Which pane is worked on, which pages are shown, and what they are called. */
  mark() {
    this.panes.forEach((pane, at) => pane.stage.toggleAttribute("data-active", this.beside && at === this.active));
    for (const page of this.pages) page.removeAttribute("aria-current");
    for (const index of this.index) this.pages[index]?.setAttribute("aria-current", "true");
    const name = (at) => (this.index[at] < 0 ? this.left : this.pages[this.index[at]]?.dataset.caption) ?? "";
    this.say("[data-caption]", this.beside && this.index[1] !== undefined ? `${name(0)} | ${name(1)}` : name(0));
    const here = this.index[this.active];
    this.say("[data-place]", here >= 0 ? `${here + 1} / ${this.pages.length}` : "");
    this.prove(this.pages[here]?.dataset.proof);
  }

  /** The link to the certificate of the page that is worked on. */
  prove(address) {
    const link = this.root.querySelector("[data-proves]");
    if (!link) return;
    link.hidden = !address;
    if (address) link.href = address;
  }

  seen(at) {
    const page = this.pages[this.index[at]];
    if (!page || page.dataset.seen !== undefined) return;
    page.dataset.seen = "";
    if (this.form) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "pages_seen";
      field.value = page.dataset.page;
      this.form.append(field);
    }
    const left = this.pages.filter((each) => each.dataset.seen === undefined).length;
    this.root.dispatchEvent(new CustomEvent("viewer:seen", { bubbles: true, detail: { left, all: this.pages.length } }));
  }

  showUnseen() {
    this.show(this.pages.findIndex((page) => page.dataset.seen === undefined));
  }

  say(place, words) {
    const element = this.root.querySelector(place);
    if (element) element.textContent = words;
  }

  note(words) {
    const note = this.root.querySelector("[data-note]");
    note.textContent = words ?? "";
    note.hidden = !words;
  }
}

for (const root of document.querySelectorAll("[data-viewer]")) {
  root.viewer = new Viewer(root);
}
