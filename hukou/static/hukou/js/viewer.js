/**
 * The page viewer: wheel zooms to the cursor, drag moves, R turns, 1 is life size in pixels, F fits, arrows and Space turn pages.
 *
 * Markup (components/viewer.html): `[data-viewer]` holds `[data-stage] > img`, `[data-caption]`, `[data-scale]`, `[data-note]`
 * and buttons `[data-act="turn|one|fit|in|out|previous|next"]`; pages are `a[data-page][href]` anywhere in `[data-viewer-pages]`.
 * `href` is the page at full size, `data-screen` a smaller copy of it, `data-width` and `data-height` the pixels of the page:
 * the copy is shown, and the full page is fetched only when somebody looks closer than the copy is sharp.
 * A page that was shown is marked `data-seen` and, when `data-seen-form` names a form, written into it as a hidden
 * field `pages_seen`: nobody signs what they have not seen. Sends `viewer:page` and `viewer:seen` from the viewer.
 */

const STEP = 1.25;
const LARGEST = 8;

class Viewer {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]");
    this.image = this.stage.querySelector("img");
    this.pages = [...document.querySelectorAll("[data-viewer-pages] a[data-page]")];
    this.form = document.getElementById(root.dataset.seenForm);
    this.turned = 0; // degrees
    this.scale = 1;
    this.left = 0; // centre of the image, in pixels from the centre of the stage
    this.top = 0;
    this.fitted = true;
    this.listen();
    const first = this.pages.findIndex((page) => page.getAttribute("aria-current") === "true");
    if (this.pages.length) this.show(Math.max(first, 0), { quiet: true });
  }

  listen() {
    this.image.addEventListener("load", () => this.loaded());
    this.image.addEventListener("error", () => this.note(this.root.dataset.failed));
    this.stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, event);
    }, { passive: false });
    this.stage.addEventListener("dblclick", (event) => (this.fitted ? this.one(event) : this.fit()));
    this.stage.addEventListener("pointerdown", (event) => this.drag(event));
    new ResizeObserver(() => (this.fitted ? this.fit() : this.place())).observe(this.stage);
    this.pages.forEach((page, index) => page.addEventListener("click", (event) => {
      event.preventDefault();
      this.show(index);
    }));
    const acts = {
      turn: () => this.turn(), one: () => this.one(), fit: () => this.fit(),
      in: () => this.zoom(STEP), out: () => this.zoom(1 / STEP),
      previous: () => this.show(this.index - 1), next: () => this.show(this.index + 1),
    };
    for (const button of this.root.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => acts[button.dataset.act]());
    }
    document.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || event.target.matches("input, textarea, select")) return;
    const turns = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, " ": event.shiftKey ? -1 : 1 };
    if (!(event.key in turns)) return;
    event.preventDefault();
    this.show(this.index + turns[event.key]);
  }

  show(index, { quiet = false } = {}) {
    if (index < 0 || index >= this.pages.length) return;
    this.pages[this.index]?.removeAttribute("aria-current");
    this.index = index;
    const page = this.pages[index];
    page.setAttribute("aria-current", "true");
    if (!quiet) page.scrollIntoView({ block: "nearest" });
    this.turned = 0;
    this.note("");
    this.image.removeAttribute("data-placed");
    this.image.removeAttribute("style");
    this.ready = false;
    this.wanted = null; // address of the full page being fetched or shown
    this.image.src = page.dataset.screen ?? page.href;
    this.image.alt = page.dataset.caption ?? "";
    const caption = this.root.querySelector("[data-caption]");
    if (caption) caption.textContent = page.dataset.caption ?? "";
    const place = this.root.querySelector("[data-place]");
    if (place) place.textContent = `${index + 1} / ${this.pages.length}`;
    const next = this.pages[index + 1];
    if (next) new Image().src = next.dataset.screen ?? next.href; // the next page is there when asked for
    this.root.dispatchEvent(new CustomEvent("viewer:page", { bubbles: true, detail: { page: page.dataset.page } }));
  }

  loaded() {
    if (this.ready) return; // the same page, only sharper
    this.ready = true;
    const page = this.pages[this.index];
    this.width = Number(page?.dataset.width) || this.image.naturalWidth;
    this.height = Number(page?.dataset.height) || this.image.naturalHeight;
    this.fit();
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

  /** Width and height of the page as it lies, turned, in pixels of the full page. */
  get size() {
    return this.turned % 180 ? [this.height, this.width] : [this.width, this.height];
  }

  get fitting() {
    const [width, height] = this.size;
    return Math.min((this.stage.clientWidth - 24) / width, (this.stage.clientHeight - 24) / height);
  }

  fit() {
    if (!this.ready) return;
    this.fitted = true;
    this.scale = this.fitting;
    this.left = this.top = 0;
    this.place();
  }

  one(event) {
    this.zoom(1 / this.scale, event);
  }

  turn() {
    this.turned = (this.turned + 90) % 360;
    this.fit();
  }

  zoom(factor, event) {
    if (!this.ready) return;
    const scale = Math.min(Math.max(this.scale * factor, this.fitting / 2), LARGEST);
    const box = this.stage.getBoundingClientRect();
    const x = event ? event.clientX - box.left - box.width / 2 : 0;
    const y = event ? event.clientY - box.top - box.height / 2 : 0;
    this.left = x - (x - this.left) * (scale / this.scale);
    this.top = y - (y - this.top) * (scale / this.scale);
    this.scale = scale;
    this.fitted = false;
    this.place();
  }

  drag(start) {
    if (start.button !== 0) return;
    this.stage.setPointerCapture(start.pointerId);
    this.stage.dataset.dragging = "";
    let [x, y] = [start.clientX, start.clientY];
    const move = (event) => {
      this.left += event.clientX - x;
      this.top += event.clientY - y;
      [x, y] = [event.clientX, event.clientY];
      this.fitted = false;
      this.place();
    };
    this.stage.addEventListener("pointermove", move);
    const stop = () => {
      delete this.stage.dataset.dragging;
      this.stage.removeEventListener("pointermove", move);
    };
    this.stage.addEventListener("pointerup", stop, { once: true });
    this.stage.addEventListener("pointercancel", stop, { once: true });
  }

  place() {
    if (!this.ready) return;
    const x = this.stage.clientWidth / 2 + this.left;
    const y = this.stage.clientHeight / 2 + this.top;
    this.image.dataset.placed = "";
    this.image.style.width = `${this.width}px`; // whichever copy is shown, it lies as large as the full page
    this.image.style.height = `${this.height}px`;
    this.image.style.transform =
      `translate(${x}px, ${y}px) rotate(${this.turned}deg) scale(${this.scale}) translate(${-this.width / 2}px, ${-this.height / 2}px)`;
    const scale = this.root.querySelector("[data-scale]");
    if (scale) scale.textContent = `${Math.round(this.scale * 100)}%`;
    this.sharpen();
  }

  /** Fetch the full page when the screen shows more pixels than the copy has. */
  async sharpen() {
    const page = this.pages[this.index];
    const enough = this.image.naturalWidth / this.width;
    if (!page?.dataset.screen || this.wanted === page.href || this.scale * devicePixelRatio <= enough) return;
    this.wanted = page.href;
    const full = new Image();
    full.src = page.href;
    try {
      await full.decode();
    } catch {
      if (this.wanted === page.href) this.wanted = null; // the copy stays; the next zoom tries again
      return;
    }
    if (this.wanted === page.href) this.image.src = page.href;
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
