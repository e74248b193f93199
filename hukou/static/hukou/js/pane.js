/**
 * One picture on a stage: the wheel zooms to the cursor, drag moves, double click is life size in pixels and back.
 *
 * Used by viewer.js, which has one, or two side by side. `show` takes `{href, screen, width, height, caption}`: a small copy
 * is shown at once, and the full page is fetched only when somebody looks closer than the copy is sharp.
 */

const STEP = 1.25;
const LARGEST = 8;

export class Pane {
  /** `stage` holds one `img`. `loaded` is called when a picture is there, `moved` with the scale, `failed` when it cannot be had. */
  constructor(stage, { loaded, moved, failed, touched }) {
    this.stage = stage;
    this.image = stage.querySelector("img");
    this.tell = { loaded, moved, failed };
    this.turned = 0; // degrees
    this.scale = 1;
    this.left = 0; // centre of the image, in pixels from the centre of the stage
    this.top = 0;
    this.fitted = true;
    this.image.addEventListener("load", () => this.loaded());
    this.image.addEventListener("error", () => failed());
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, event);
    }, { passive: false });
    stage.addEventListener("dblclick", (event) => (this.fitted ? this.one(event) : this.fit()));
    stage.addEventListener("pointerdown", (event) => {
      touched();
      this.drag(event);
    });
    new ResizeObserver(() => (this.fitted ? this.fit() : this.place())).observe(stage);
  }

  show(page) {
    this.page = page;
    this.turned = 0;
    this.image.removeAttribute("data-placed");
    this.image.removeAttribute("style");
    this.ready = false;
    this.wanted = null; // address of the full page being fetched or shown
    this.image.src = page.screen ?? page.href;
    this.image.alt = page.caption ?? "";
  }

  loaded() {
    if (this.ready) return; // the same page, only sharper
    this.ready = true;
    this.width = this.page?.width || this.image.naturalWidth;
    this.height = this.page?.height || this.image.naturalHeight;
    this.fit();
    this.tell.loaded();
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

  closer() {
    this.zoom(STEP);
  }

  further() {
    this.zoom(1 / STEP);
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
    this.tell.moved(this.scale);
    this.sharpen();
  }

  /** Fetch the full page when the screen shows more pixels than the copy has. */
  async sharpen() {
    const { href, screen } = this.page ?? {};
    const enough = this.image.naturalWidth / this.width;
    if (!screen || this.wanted === href || this.scale * devicePixelRatio <= enough) return;
    this.wanted = href;
    const full = new Image();
    full.src = href;
    try {
      await full.decode();
    } catch {
      if (this.wanted === href) this.wanted = null; // the copy stays; the next zoom tries again
      return;
    }
    if (this.wanted === href) this.image.src = href;
  }
}
