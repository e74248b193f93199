/**
 * Whether the live picture is sharp enough to take: a close look at patches of the paper in the camera's own pixels.
 *
 * The measure is that of the server (capture.pipeline.quality): the steepest edges against the contrast around them, which
 * hardly depends on what is printed. Faint or blank paper cannot tell and counts as sharp; the server has the last word.
 */

const PATCH = 160; // pixels on a side
const CONTRAST = 60; // grey levels an edge must span to tell
const LEAST = 0.2; // a page the server calls blurred has 0.27 after straightening; a preview frame is a little softer
const PLACES = [[0.5, 0.5], [0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7], [0.5, 0.2]]; // on the paper

export class Sharpness {
  constructor(video) {
    this.video = video;
    this.canvas = Object.assign(document.createElement("canvas"), { width: PATCH, height: PATCH });
    this.brush = this.canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  }

  /** `corners` in a copy of the live picture that is `width` pixels wide. */
  enough(corners, width) {
    const scale = this.video.videoWidth / width;
    const slopes = PLACES.map(([u, v]) => this.#slope(...between(corners, u, v).map((value) => value * scale))).filter((slope) => slope !== null);
    return !slopes.length || Math.max(...slopes) >= LEAST;
  }

  #slope(x, y) {
    this.brush.drawImage(this.video, x - PATCH / 2, y - PATCH / 2, PATCH, PATCH, 0, 0, PATCH, PATCH);
    return steepest(this.brush.getImageData(0, 0, PATCH, PATCH).data, PATCH);
  }
}

/** The 95th percentile of edge steepness over local contrast, or null where nothing is printed. */
export function steepest(pixels, size) {
  const grey = new Float32Array(size * size);
  for (let at = 0; at < grey.length; at += 1) grey[at] = 0.3 * pixels[4 * at] + 0.59 * pixels[4 * at + 1] + 0.11 * pixels[4 * at + 2];
  const found = [];
  for (let y = 3; y < size - 3; y += 2) {
    for (let x = 3; x < size - 3; x += 1) {
      const at = y * size + x;
      const steep = Math.abs(grey[at + 1] - grey[at - 1]) / 2;
      if (steep < 8) continue;
      let least = 255;
      let most = 0;
      for (let by = -3; by <= 3; by += 1) {
        least = Math.min(least, grey[at + by]);
        most = Math.max(most, grey[at + by]);
      }
      if (most - least > CONTRAST) found.push(steep / (most - least));
    }
  }
  if (found.length < 40) return null;
  return found.sort((one, other) => one - other)[Math.floor(0.95 * found.length)];
}

function between([tl, tr, br, bl], u, v) {
  return [0, 1].map((axis) => (1 - v) * ((1 - u) * tl[axis] + u * tr[axis]) + v * ((1 - u) * bl[axis] + u * br[axis]));
}
