/**
 * The foot-pedal: a keyboard of one key to the computer. Which key it sends is found by pressing it once.
 *
 * `fits(event)` tells whether a key press came from the pedal. A pedal that sends a letter or Enter is not heard while
 * somebody types, because then it is not the pedal.
 */

import { remember, remembered } from "./preferences.js";
import { text } from "./texts.js";

const USUAL = "F13";
const TYPED = "input:not([type=checkbox], [type=radio], [type=file]), select, textarea";

export class Pedal {
  /** `dialog` asks for the pedal: [data-pedal-key] shows the key, [data-pedal-usual] goes back to the usual one. */
  constructor(dialog) {
    this.dialog = dialog;
    this.key = remembered("pedal", USUAL);
    dialog.addEventListener("keydown", (event) => this.#learn(event));
    dialog.querySelector("[data-pedal-usual]").addEventListener("click", () => this.#set(USUAL));
    this.#show();
  }

  fits(event) {
    if (event.key !== this.key || event.repeat) return false;
    const plain = event.key.length === 1 || ["Enter", "Backspace", "Tab"].includes(event.key);
    return !plain || !event.target.closest(`${TYPED}, button:not(.slot-name, .shoot), a, summary`);
  }

  #learn(event) {
    if (["Escape", "Tab", "Shift", "Control", "Alt", "Meta"].includes(event.key) || event.target.closest("[data-pedal-usual]") && event.key === " ") return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(event.key);
  }

  #set(key) {
    this.key = key;
    remember("pedal", key);
    this.#show();
  }

  #show() {
    const names = { " ": text("space-key") };
    this.dialog.querySelector("[data-pedal-key]").textContent = names[this.key] ?? this.key;
  }
}
