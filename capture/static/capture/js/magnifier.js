/** A round glass over a picture: shows three times larger what lies under a point, with a cross at the point itself. */

const SIZE = 156; // pixels of the screen
const TIMES = 3;

export class Magnifier {
  constructor(frame, image) {
    this.image = image;
    this.glass = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE, className: "magnifier", hidden: true });
    this.glass.setAttribute("aria-hidden", "true");
    this.frame = frame;
    frame.append(this.glass);
  }

  /** `point` in pixels of the picture; `left`, `top` where it lies in the frame; `scale` screen pixels per pixel. */
  show([x, y], { left, top, scale }) {
    const brush = this.glass.getContext("2d");
    const seen = SIZE / (TIMES * scale);
    brush.fillStyle = "#1a2330";
    brush.fillRect(0, 0, SIZE, SIZE);
    brush.drawImage(this.image, x - seen / 2, y - seen / 2, seen, seen, 0, 0, SIZE, SIZE);
    for (const [colour, width] of [["#ffffff", 3], ["#17407a", 1]]) {
      Object.assign(brush, { strokeStyle: colour, lineWidth: width });
      brush.beginPath();
      brush.moveTo(SIZE / 2, SIZE / 2 - 18);
      brush.lineTo(SIZE / 2, SIZE / 2 + 18);
      brush.moveTo(SIZE / 2 - 18, SIZE / 2);
      brush.lineTo(SIZE / 2 + 18, SIZE / 2);
      brush.stroke();
    }
    const { clientWidth: width, clientHeight: height } = this.frame;
    this.glass.style.left = `${left < width / 2 ? Math.min(left + 40, width - SIZE) : Math.max(left - SIZE - 40, 0)}px`;
    this.glass.style.top = `${Math.min(Math.max(top - SIZE / 2, 0), height - SIZE)}px`;
    this.glass.hidden = false;
  }

  hide() {
    this.glass.hidden = true;
  }
}
