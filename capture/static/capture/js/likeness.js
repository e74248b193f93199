/**
 * How alike two looks at the desk are. All of it works on the small copy of the live picture (overlay.js), never on a still.
 *
 * `cells`: the whole frame as a grid of mean greys, to notice hands, lifted papers and shaking.
 * `signature`: the paper alone, squared by its four corners and freed from light and shade, to know a paper again after it
 * was pushed about. It tells papers apart by where their print lies; whether two pages are the same paper in law is for the
 * server, which compares their ink.
 */

const CELL = 8; // pixels of the small copy on a side
const STEP = 12; // grey levels by which a cell counts as changed
const ACROSS = 20;
const DOWN = 28;
const FINE = 5; // looks per place, each way
const NEAR = 3; // places on each side that count as the neighbourhood
const RIM = 0.04; // of the paper, left out: the outline trembles there

/** Mean greys of squares of CELL pixels, row by row. */
export function cells(pixels, width, height) {
  const columns = Math.floor(width / CELL);
  const rows = Math.floor(height / CELL);
  const grid = new Float32Array(columns * rows);
  for (let y = 0; y < rows * CELL; y += 1) {
    const row = Math.floor(y / CELL) * columns;
    for (let x = 0; x < columns * CELL; x += 1) grid[row + Math.floor(x / CELL)] += grey(pixels, y * width + x);
  }
  return grid.map((sum) => sum / (CELL * CELL));
}

/** Share of the frame that differs between two grids of `cells`, 0…1. */
export function changed(one, other) {
  if (one.length !== other.length) return 1; // another camera
  let count = 0;
  for (let at = 0; at < one.length; at += 1) if (Math.abs(one[at] - other[at]) > STEP) count += 1;
  return count / one.length;
}

/** The paper within `corners` (top left, top right, bottom right, bottom left) as ACROSS × DOWN greys of mean 0 and spread 1. */
export function signature(pixels, width, height, corners) {
  const sign = new Float32Array(ACROSS * DOWN);
  const inner = 1 - 2 * RIM;
  for (let row = 0; row < DOWN; row += 1) {
    for (let column = 0; column < ACROSS; column += 1) {
      let sum = 0;
      for (let part = 0; part < FINE * FINE; part += 1) {
        const u = RIM + (inner * (column + ((part % FINE) + 0.5) / FINE)) / ACROSS;
        const v = RIM + (inner * (row + (Math.floor(part / FINE) + 0.5) / FINE)) / DOWN;
        const [x, y] = within(corners, u, v);
        sum += grey(pixels, clamp(y, height) * width + clamp(x, width));
      }
      sign[row * ACROSS + column] = sum / (FINE * FINE);
    }
  }
  return flattened(sign);
}

/** 0 for the same paper, about 1 for papers that have nothing in common; a shift of one place either way is forgiven. */
export function difference(one, other) {
  let best = -1;
  for (let down = -1; down <= 1; down += 1) {
    for (let across = -1; across <= 1; across += 1) {
      let sum = 0;
      let count = 0;
      for (let row = Math.max(0, -down); row < Math.min(DOWN, DOWN - down); row += 1) {
        for (let column = Math.max(0, -across); column < Math.min(ACROSS, ACROSS - across); column += 1) {
          sum += one[row * ACROSS + column] * other[(row + down) * ACROSS + column + across];
          count += 1;
        }
      }
      best = Math.max(best, sum / count);
    }
  }
  return 1 - best;
}

/** Light falls off across a desk: each place is set against its neighbourhood, then the spread is made 1. */
function flattened(sign) {
  const flat = sign.map((value, at) => value - neighbourhood(sign, at % ACROSS, Math.floor(at / ACROSS)));
  const mean = flat.reduce((sum, value) => sum + value, 0) / flat.length;
  const spread = Math.sqrt(flat.reduce((sum, value) => sum + (value - mean) ** 2, 0) / flat.length);
  return flat.map((value) => (value - mean) / Math.max(spread, 1.5)); // blank paper stays blank: its noise is not blown up
}

function neighbourhood(sign, column, row) {
  let sum = 0;
  let count = 0;
  for (let y = Math.max(0, row - NEAR); y <= Math.min(DOWN - 1, row + NEAR); y += 1) {
    for (let x = Math.max(0, column - NEAR); x <= Math.min(ACROSS - 1, column + NEAR); x += 1) {
      sum += sign[y * ACROSS + x];
      count += 1;
    }
  }
  return sum / count;
}

function within([tl, tr, br, bl], u, v) {
  return [0, 1].map((axis) => (1 - v) * ((1 - u) * tl[axis] + u * tr[axis]) + v * ((1 - u) * bl[axis] + u * br[axis]));
}

function grey(pixels, at) {
  return 0.3 * pixels[4 * at] + 0.59 * pixels[4 * at + 1] + 0.11 * pixels[4 * at + 2];
}

function clamp(value, size) {
  return Math.min(Math.max(Math.floor(value), 0), size - 1);
}
