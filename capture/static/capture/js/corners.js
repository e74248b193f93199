/**
 * The clerk drags four corners over a still in which no page was found, under a magnifier.
 *
 * Arrow keys move the chosen corner by three pixels, with Shift by 25, with Alt by one; Tab goes to the next corner.
 */

import { Magnifier } from "./magnifier.js";

const START = [[0.08, 0.08], [0.92, 0.08], [0.92, 0.92], [0.08, 0.92]];

export class CornerEditor {
  /** `frame` holds an <img> and an <svg> with a polygon; handles are made here. */
  constructor(frame) {
    this.frame = frame;
    this.image = frame.querySelector("img");
    this.drawing = frame.querySelector("svg");
    this.polygon = frame.querySelector("polygon");
    this.magnifier = new Magnifier(frame, this.image);
    this.handles = START.map((_, index) => this.#handle(index));
    addEventListener("resize", () => this.corners && this.#draw());
  }

  async show(blob, names) {
    this.hide();
    this.image.src = URL.createObjectURL(blob);
    await this.image.decode();
    const { naturalWidth: width, naturalHeight: height } = this.image;
    this.corners = START.map(([x, y]) => [Math.round(x * width), Math.round(y * height)]);
    this.drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.handles.forEach((handle, index) => handle.setAttribute("aria-label", names[index]));
    this.frame.hidden = false;
    this.#draw();
    this.handles[0].focus();
  }

  hide() {
    this.frame.hidden = true;
    this.magnifier.hide();
    this.corners = null;
    if (this.image.src.startsWith("blob:")) URL.revokeObjectURL(this.image.src);
    this.image.removeAttribute("src");
  }

  #handle(index) {
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "corner";
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus();
      this.#look(index);
      handle.setPointerCapture(event.pointerId);
      handle.onpointermove = (move) => this.#to(index, this.#place(move));
    });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => (handle.onpointermove = null));
    handle.addEventListener("focus", () => this.corners && this.#look(index));
    handle.addEventListener("blur", () => this.magnifier.hide());
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const pace = event.shiftKey ? 25 : event.altKey ? 1 : 3;
      this.#to(index, this.corners[index].map((value, axis) => value + pace * step[axis]));
    });
    this.frame.append(handle);
    return handle;
  }

  /** Where the drawn picture lies inside the frame: it is fitted whole. */
  #fit() {
    const box = this.frame.getBoundingClientRect();
    const { naturalWidth: width, naturalHeight: height } = this.image;
    const scale = Math.min(box.width / width, box.height / height);
    return { box, scale, left: (box.width - width * scale) / 2, top: (box.height - height * scale) / 2 };
  }

  #place({ clientX, clientY }) {
    const { box, scale, left, top } = this.#fit();
    return [(clientX - box.left - left) / scale, (clientY - box.top - top) / scale];
  }

  #to(index, [x, y]) {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    this.corners[index] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
    this.#draw();
    this.#look(index);
  }

  #look(index) {
    const { scale, left, top } = this.#fit();
    const [x, y] = this.corners[index];
    this.magnifier.show([x, y], { left: left + x * scale, top: top + y * scale, scale });
  }

  #draw() {
    const { scale, left, top } = this.#fit();
    this.polygon.setAttribute("points", this.corners.map((corner) => corner.join(",")).join(" "));
    this.handles.forEach((handle, index) => {
      handle.style.left = `${left + this.corners[index][0] * scale}px`;
      handle.style.top = `${top + this.corners[index][1] * scale}px`;
    });
  }
}
