/**
 * The list of material slots: which one the next page goes into, and what lies in each.
 *
 * The server draws the list; this keeps it true while pages arrive. `select` is sent when another slot is chosen,
 * `look` (detail: page) when a page's thumb is pressed.
 */

import { icon, text } from "./texts.js";

export class Slots extends EventTarget {
  constructor(list, slots) {
    super();
    this.list = list;
    this.slots = slots;
    this.rows = new Map([...list.querySelectorAll("[data-slot]")].map((row) => [row.dataset.slot, row]));
    list.addEventListener("click", (event) => this.#pressed(event));
    this.select((slots.find((slot) => this.lacks(slot)) ?? slots[0])?.code);
  }

  get chosen() {
    return this.slots.find((slot) => slot.code === this.code);
  }

  lacks(slot) {
    return slot.required && slot.pages.length < slot.min_pages;
  }

  select(code) {
    if (!this.rows.has(code)) return;
    this.code = code;
    for (const [other, row] of this.rows) row.setAttribute("aria-current", String(other === code));
    this.rows.get(code).scrollIntoView({ block: "nearest" });
    this.dispatchEvent(new Event("select"));
  }

  step(by) {
    const at = this.slots.indexOf(this.chosen) + by;
    this.select(this.slots[Math.min(Math.max(at, 0), this.slots.length - 1)]?.code);
  }

  /** Lay a confirmed page into its slot. */
  add(page) {
    const slot = this.slots.find((other) => other.code === page.material);
    if (!slot || slot.pages.some((other) => other.id === page.id)) return;
    slot.pages.push(page);
    this.#draw(slot);
  }

  remove(page) {
    const slot = this.slots.find((other) => other.code === page.material);
    slot.pages = slot.pages.filter((other) => other.id !== page.id);
    this.#draw(slot);
  }

  /** When the chosen slot has what it needs, go on to the next that lacks something. */
  advance() {
    if (!this.chosen || this.chosen.pages.length < this.chosen.min_pages) return;
    const from = this.slots.indexOf(this.chosen);
    const onward = [...this.slots.slice(from + 1), ...this.slots.slice(0, from)].find((slot) => this.lacks(slot));
    if (onward) this.select(onward.code);
  }

  get missing() {
    return this.slots.filter((slot) => this.lacks(slot)).length;
  }

  #pressed(event) {
    const row = event.target.closest("[data-slot]");
    const thumb = event.target.closest("[data-page]");
    if (thumb) {
      event.preventDefault();
      const slot = this.slots.find((other) => other.code === row.dataset.slot);
      this.dispatchEvent(new CustomEvent("look", { detail: slot.pages.find((page) => String(page.id) === thumb.dataset.page) }));
    } else if (row) this.select(row.dataset.slot);
  }

  #draw(slot) {
    const row = this.rows.get(slot.code);
    const count = slot.pages.length;
    const state = count >= slot.min_pages && count ? "complete" : count ? "partial" : slot.required ? "missing" : "not_needed";
    row.dataset.state = state;
    row.querySelector("[data-count]").textContent = text("count", { count, wanted: Math.max(slot.min_pages, 1) });
    const word = row.querySelector("[data-state-word]");
    word.className = `state tone-${{ complete: "ok", partial: "warn", missing: "stop", not_needed: "plain" }[state]}`;
    word.replaceChildren(icon(state), text(state));
    row.querySelector("[data-thumbs]").replaceChildren(...slot.pages.map((page) => thumb(slot, page)));
  }
}

function thumb(slot, page) {
  const link = document.createElement("a");
  link.className = "thumb";
  link.href = page.image_url;
  link.dataset.page = page.id;
  link.title = slot.name;
  const image = new Image(44, 58);
  image.src = page.thumb_url;
  image.alt = slot.name;
  link.append(image);
  if (page.verdict !== "pass") {
    const mark = document.createElement("span");
    mark.className = `thumb-mark tone-${page.verdict === "warn" ? "warn" : "stop"}`;
    mark.append(icon(page.verdict));
    link.append(mark);
  }
  return link;
}
