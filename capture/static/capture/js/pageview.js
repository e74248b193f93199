/**
 * A page on the stage: wheel and + − zoom towards the pointer, dragging moves, double click shows it pixel for pixel.
 *
 * `compare()` changes between the page and the picture the camera gave, at the same zoom. The screen copy is shown first;
 * the full page is fetched only when somebody looks closer than the copy is sharp.
 */

const STEP = 1.25;
const LARGEST = 12;

export class PageView {
  constructor(frame) {
    this.frame = frame;
    this.image = frame.querySelector("img");
    this.word = frame.querySelector("[data-shows]");
    frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.#drag(event));
    frame.addEventListener("dblclick", (event) => this.zoom(this.scale > 1 ? 1 / this.scale : this.#pixelForPixel() , event));
  }

  /** `original`: address of the picture the page was made of, if it is known. */
  show(page, original = "") {
    Object.assign(this, { page, original, comparing: false, full: false });
    this.#source(page.image_url);
    this.fit();
  }

  /** Change between page and original; answers true while the original is shown. */
  compare() {
    this.comparing = this.comparing ? false : Boolean(this.original);
    this.#source(this.comparing ? this.original : this.full ? this.page.full_url : this.page.image_url);
    return this.comparing;
  }

  fit() {
    Object.assign(this, { scale: 1, left: 0, top: 0 });
    this.#place();
  }

  /** By a factor, keeping what lies under the pointer (or the middle) where it is. */
  zoom(factor, at) {
    const box = this.frame.getBoundingClientRect();
    const x = at ? at.clientX - box.left : box.width / 2;
    const y = at ? at.clientY - box.top : box.height / 2;
    const scale = Math.min(Math.max(this.scale * factor, 1), LARGEST);
    this.left = x - (x - this.left) * (scale / this.scale);
    this.top = y - (y - this.top) * (scale / this.scale);
    this.scale = scale;
    if (scale === 1) return this.fit();
    this.#place();
    if (!this.full && !this.comparing && this.page.full_url && scale > this.#sharpUpTo()) this.#sharpen();
  }

  async #sharpen() {
    const { page } = this;
    this.full = true;
    const picture = new Image();
    picture.src = page.full_url;
    try {
      await picture.decode();
    } catch {
      return; // the copy stays
    }
    if (this.page === page && !this.comparing) this.#source(page.full_url);
  }

  #source(url) {
    this.image.src = url;
  }

  #fitted() {
    const { clientWidth: width, clientHeight: height } = this.image;
    return Math.min(width / (this.page.width || 1), height / (this.page.height || 1)) || 1;
  }

  #pixelForPixel() {
    return Math.max(1 / this.#fitted() / devicePixelRatio, 1.5);
  }

  /** Zoom beyond which the screen shows more than the copy has. */
  #sharpUpTo() {
    return Math.max(this.image.naturalWidth, this.image.naturalHeight) / (Math.max(this.page.width, this.page.height) * this.#fitted() * devicePixelRatio);
  }

  #wheel(event) {
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, event);
  }

  #drag(start) {
    if (start.button !== 0 || this.scale === 1) return;
    this.frame.setPointerCapture(start.pointerId);
    const [left, top] = [this.left - start.clientX, this.top - start.clientY];
    const move = (event) => {
      [this.left, this.top] = [left + event.clientX, top + event.clientY];
      this.#place();
    };
    const stop = () => this.frame.removeEventListener("pointermove", move);
    this.frame.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) this.frame.addEventListener(end, stop, { once: true });
  }

  #place() {
    this.image.style.transform = `translate(${this.left}px, ${this.top}px) scale(${this.scale})`;
  }
}
