/**
 * A live outline of what lies on the desk, so that the clerk sees before pressing whether the page is whole.
 *
 * Cheap on purpose: a copy of 320 pixels, a few milliseconds, twelve times a second. It guides the hand and tells the
 * trigger what it sees (`look` events: { pixels, width, height, corners, whole, empty }); the server measures. How many looks a
 * second it manages is written on the stage as `data-fps`.
 */

const LONGER = 320; // pixels of the copy
const EVERY = 80; // milliseconds
const LEAST = 0.03; // share of the frame
const STEP = 26; // difference of colour that counts as "not the desk"
const SOLID = [0.72, 1.12]; // area of the thing over that of its four corners: a sheet fills them, an arm does not

export class Outline extends EventTarget {
  constructor(video, drawing, stage) {
    super();
    Object.assign(this, { video, drawing, stage, times: [] });
    this.polygon = drawing.querySelector("polygon");
    this.canvas = document.createElement("canvas");
    this.brush = this.canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  }

  /** `drawn`: whether the outline is shown; a portrait has none. */
  start(drawn = true) {
    this.stop();
    this.drawn = drawn;
    this.timer = setInterval(() => document.hidden || this.look(), EVERY);
  }

  stop() {
    clearInterval(this.timer);
    this.times = [];
    this.#draw([]);
  }

  look() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || this.video.readyState < 2) return;
    const scale = LONGER / Math.max(videoWidth, videoHeight);
    const width = Math.round(videoWidth * scale);
    const height = Math.round(videoHeight * scale);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.brush.drawImage(this.video, 0, 0, width, height);
    const { data: pixels } = this.brush.getImageData(0, 0, width, height);
    const { corners, share } = this.drawn ? outline(pixels, width, height) : { corners: [], share: 0 };
    this.drawing.setAttribute("viewBox", `0 0 ${videoWidth} ${videoHeight}`);
    this.#draw(corners.map(([x, y]) => [x / scale, y / scale]));
    this.#count();
    this.dispatchEvent(new CustomEvent("look", { detail: { pixels, width, height, corners, whole: whole(corners, width, height), empty: share < LEAST } }));
  }

  #draw(corners) {
    this.polygon.setAttribute("points", corners.join(" "));
  }

  #count() {
    const now = performance.now();
    this.times = [...this.times.filter((time) => now - time < 2000), now];
    const span = now - this.times[0];
    if (span > 500) this.stage.dataset.fps = ((1000 * (this.times.length - 1)) / span).toFixed(1);
  }
}

/** The largest thing that is not the desk: its share of the frame, and its four corners (top left first, clockwise) or none. */
export function outline(pixels, width, height) {
  const desk = deskColour(pixels, width, height);
  const mask = new Uint8Array(width * height);
  for (let at = 0; at < mask.length; at += 1) {
    const off = Math.abs(pixels[4 * at] - desk[0]) + Math.abs(pixels[4 * at + 1] - desk[1]) + Math.abs(pixels[4 * at + 2] - desk[2]);
    mask[at] = off > 3 * STEP ? 1 : 0;
  }
  const thing = largest(mask, width, height);
  const share = thing.length / mask.length;
  if (share < LEAST) return { corners: [], share };
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
  const solid = thing.length / area(far);
  return { corners: solid > SOLID[0] && solid < SOLID[1] ? far : [], share };
}

/** True when all four corners lie within the frame: a page that runs out of the picture is not taken by itself. */
function whole(corners, width, height) {
  return corners.length === 4 && corners.every(([x, y]) => x > 1 && y > 1 && x < width - 1 && y < height - 1);
}

function area(corners) {
  return Math.abs(corners.reduce((sum, [x, y], at) => sum + x * corners[(at + 1) % 4][1] - corners[(at + 1) % 4][0] * y, 0)) / 2;
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
    const take = (at) => {
      if (!mask[at]) return;
      mask[at] = 0;
      found.push(at);
    };
    for (let next = 0; next < found.length; next += 1) {
      const at = found[next];
      const x = at % width;
      if (x > 0) take(at - 1);
      if (x < width - 1) take(at + 1);
      if (at >= width) take(at - width);
      if (at < last) take(at + width);
    }
    if (found.length > best.length) best = found;
  }
  return best;
}
