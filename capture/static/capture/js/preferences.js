/** What this machine remembers of its clerks' choices; nothing of a case is among it. Forgets where the browser keeps nothing. */

const KEY = "hukou-capture";

function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export function remembered(name, otherwise) {
  return all()[name] ?? otherwise;
}

export function remember(name, value) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...all(), [name]: value }));
  } catch {
    // a private window: the choice holds until it is closed
  }
}
