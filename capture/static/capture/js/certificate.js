/** Says when the running camera cannot give the resolution the chosen material asks for, as the server has worked it out. */

export class Certificate {
  /** `device()` answers the id of the running camera; `line` is hidden while there is nothing to say. */
  constructor(line, { heart, slots, device }) {
    Object.assign(this, { line, heart, slots, device });
    heart.addEventListener("answer", () => this.show());
    slots.addEventListener("select", () => this.show());
  }

  show() {
    const slot = this.slots.chosen;
    const paper = slot?.paper && this.heart.camera(this.device())?.certifies[slot.paper.name];
    const short = paper && (!paper.fits || paper.dpi < slot.least_dpi);
    this.line.hidden = !short;
    this.line.querySelector("[data-words]").textContent = short ? paper.says : "";
  }
}
