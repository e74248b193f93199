/**
 * A live outline of what lies on the desk, so that the clerk sees before pressing whether the page is whole.
 *
 * Cheap on purpose (a copy of 200 pixels, a few milliseconds, ten times a second). It guides the hand; the server measures.
 */

const LONGER = 200; // pixels of the copy
const EVERY = 100; // milliseconds
const LEAST = 0.03; // share of the frame
const STEP = 26; // difference of colour that counts as "not the desk"

export class Outline {
  constructor(video, drawing) {
    this.video = video;
    this.polygon = drawing.querySelector("polygon");
    this.drawing = drawing;
    this.canvas = document.createElement("canvas");
    this.brush = this.canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  }

  start() {
    this.stop();
    this.timer = setInterval(() => document.hidden || this.look(), EVERY);
  }

  stop() {
    clearInterval(this.timer);
    this.polygon.setAttribute("points", "");
  }

  look() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) return;
    const scale = LONGER / Math.max(videoWidth, videoHeight);
    const width = (this.canvas.width = Math.round(videoWidth * scale));
    const height = (this.canvas.height = Math.round(videoHeight * scale));
    this.brush.drawImage(this.video, 0, 0, width, height);
    const corners = outline(this.brush.getImageData(0, 0, width, height).data, width, height);
    this.drawing.setAttribute("viewBox", `0 0 ${videoWidth} ${videoHeight}`);
    this.polygon.setAttribute("points", corners.map(([x, y]) => `${x / scale},${y / scale}`).join(" "));
  }
}

/** Four corners of the largest thing that is not the desk, or none. */
export function outline(pixels, width, height) {
  const desk = deskColour(pixels, width, height);
  const mask = new Uint8Array(width * height);
  for (let at = 0; at < mask.length; at += 1) {
    const off = Math.abs(pixels[4 * at] - desk[0]) + Math.abs(pixels[4 * at + 1] - desk[1]) + Math.abs(pixels[4 * at + 2] - desk[2]);
    mask[at] = off > 3 * STEP ? 1 : 0;
  }
  const thing = largest(mask, width, height);
  if (thing.length < LEAST * mask.length) return [];
  const far = [null, null, null, null];
  const best = [Infinity, -Infinity, -Infinity, Infinity];
  for (const at of thing) {
    const x = at % width;
    const y = (at - x) / width;
    const sum = x + y;
    const gap = x - y;
    if (sum < best[0]) [best[0], far[0]] = [sum, [x, y]];
    if (gap > best[1]) [best[1], far[1]] = [gap, [x + 1, y]];
    if (sum > best[2]) [best[2], far[2]] = [sum, [x + 1, y + 1]];
    if (gap < best[3]) [best[3], far[3]] = [gap, [x, y + 1]];
  }
  return far;
}

/** The median colour along the frame: most of a frame's border is desk. */
function deskColour(pixels, width, height) {
  const rim = [[], [], []];
  const take = (x, y) => rim.forEach((values, channel) => values.push(pixels[4 * (y * width + x) + channel]));
  for (let x = 0; x < width; x += 2) take(x, 1), take(x, height - 2);
  for (let y = 0; y < height; y += 2) take(1, y), take(width - 2, y);
  return rim.map((values) => values.sort((one, other) => one - other)[values.length >> 1]);
}

/** Places of the largest connected thing. */
function largest(mask, width, height) {
  let best = [];
  const last = mask.length - width;
  for (let seed = 0; seed < mask.length; seed += 1) {
    if (!mask[seed]) continue;
    const found = [seed];
    mask[seed] = 0;
    for (let next = 0; next < found.length; next += 1) {
      const at = found[next];
      const x = at % width;
      for (const step of [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0, at >= width ? -width : 0, at < last ? width : 0]) {
        if (mask[at + step]) {
          mask[at + step] = 0;
          found.push(at + step);
        }
      }
    }
    if (found.length > best.length) best = found;
  }
  return best;
}
