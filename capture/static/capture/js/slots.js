/**
 * The list of material slots: which one the next page goes into, and what lies in each.
 *
 * The server draws the list; this keeps it true while pages arrive. In a slot lie its pages in order, then pages held back
 * for a word (`held`), then stills on their way (`pending`). Events: `select` (another slot is chosen), `look` (detail: the
 * page whose thumb was pressed), `order` (detail: { slot, ids }: pages were dragged into another order).
 */

import { icon, text } from "./texts.js";

export class Slots extends EventTarget {
  constructor(list, slots) {
    super();
    this.list = list;
    this.slots = slots;
    this.rows = new Map([...list.querySelectorAll("[data-slot]")].map((row) => [row.dataset.slot, row]));
    for (const slot of slots) {
      slot.held ??= [];
      slot.pending = 0;
      this.#draw(slot);
    }
    list.addEventListener("click", (event) => this.#pressed(event));
    for (const kind of ["dragstart", "dragover", "drop", "dragend"]) list.addEventListener(kind, (event) => this.#drag(event));
    const asked = new URLSearchParams(location.search).get("slot"); // come from the printed form of this very slot
    this.select((slots.find((slot) => slot.code === asked) ?? slots.find((slot) => this.lacks(slot)) ?? slots[0])?.code);
  }

  get chosen() {
    return this.slots.find((slot) => slot.code === this.code);
  }

  get(code) {
    return this.slots.find((slot) => slot.code === code);
  }

  /** Every page that waits for a word, in slot order. */
  get held() {
    return this.slots.flatMap((slot) => slot.held);
  }

  lacks(slot) {
    return slot.required && slot.pages.length < slot.min_pages;
  }

  full(slot) {
    return slot.pages.length + slot.pending >= slot.max_pages;
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

  /** Lay an arrived page where it belongs: in its place, from which it may push an older one, or beside the slot while held. */
  add(page) {
    const slot = this.get(page.material);
    if (!slot) return;
    if (page.state === "held") slot.held = [...slot.held.filter((other) => other.id !== page.id), page];
    else slot.pages = [...slot.pages.filter((other) => other.position !== page.position), page].sort((one, other) => one.position - other.position);
    this.#draw(slot);
  }

  remove(page) {
    const slot = this.get(page.material);
    if (!slot) return;
    slot.pages = slot.pages.filter((other) => other.id !== page.id);
    slot.held = slot.held.filter((other) => other.id !== page.id);
    this.#draw(slot);
  }

  /** The pages of a slot as the server has them now. */
  put(code, pages) {
    const slot = this.get(code);
    slot.pages = pages;
    this.#draw(slot);
  }

  /** How many stills for each slot are on their way; a map of code → number. */
  await(counts) {
    for (const slot of this.slots) {
      const pending = counts.get(slot.code) ?? 0;
      if (pending === slot.pending) continue;
      slot.pending = pending;
      this.#draw(slot);
    }
  }

  /** When the chosen slot takes no more, go on to the next that lacks something. */
  advance() {
    if (!this.chosen || !this.full(this.chosen)) return;
    const onward = this.following;
    if (onward) this.select(onward.code);
  }

  /** The next slot that lacks pages and has none on their way. */
  get following() {
    const from = this.slots.indexOf(this.chosen);
    return [...this.slots.slice(from + 1), ...this.slots.slice(0, from)].find((slot) => this.lacks(slot) && !slot.pending && !slot.held.length);
  }

  get missing() {
    return this.slots.filter((slot) => this.lacks(slot)).length;
  }

  /** The thumb of a page, to fly to. */
  thumb(page) {
    return this.rows.get(page.material)?.querySelector(`[data-page="${CSS.escape(page.id)}"]`);
  }

  /** Mark the page that is looked at; null for none. */
  mark(page) {
    for (const thumb of this.list.querySelectorAll("[data-page]")) thumb.toggleAttribute("data-looked-at", String(page?.id) === thumb.dataset.page);
  }

  #pressed(event) {
    const row = event.target.closest("[data-slot]");
    const thumb = event.target.closest("[data-page]");
    if (thumb) {
      event.preventDefault();
      const slot = this.get(row.dataset.slot);
      this.dispatchEvent(new CustomEvent("look", { detail: [...slot.pages, ...slot.held].find((page) => String(page.id) === thumb.dataset.page) }));
    } else if (row) this.select(row.dataset.slot);
  }

  /** Drag a page before another of its slot, or behind the last. */
  #drag(event) {
    const row = event.target.closest("[data-slot]");
    const thumb = event.target.closest("[data-page][draggable=true]");
    if (event.type === "dragstart") {
      if (!thumb) return event.preventDefault();
      this.dragged = { code: row.dataset.slot, id: thumb.dataset.page };
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", thumb.title);
    } else if (!this.dragged || !row || row.dataset.slot !== this.dragged.code) {
      if (event.type === "dragend") this.dragged = null;
    } else if (event.type === "dragover") {
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = "move";
    } else {
      event.preventDefault();
      event.stopPropagation();
      const { code, id } = this.dragged;
      this.dragged = null;
      if (event.type === "drop" && thumb?.dataset.page !== id) this.#moved(this.get(code), id, thumb, event);
    }
  }

  #moved(slot, id, thumb, event) {
    const ids = slot.pages.map((page) => String(page.id));
    const others = ids.filter((other) => other !== id);
    const box = thumb?.getBoundingClientRect();
    const behind = box && event.clientX > box.left + box.width / 2;
    const at = thumb ? others.indexOf(thumb.dataset.page) + (behind ? 1 : 0) : others.length;
    const order = [...others.slice(0, at), id, ...others.slice(at)];
    if (order.join() !== ids.join()) this.dispatchEvent(new CustomEvent("order", { detail: { slot, ids: order } }));
  }

  #draw(slot) {
    const row = this.rows.get(slot.code);
    const count = slot.pages.length;
    const state = count >= slot.min_pages && count ? "complete" : count ? "partial" : slot.required ? "missing" : "not_needed";
    row.dataset.state = state;
    row.querySelector("[data-count]").textContent = text(count > slot.min_pages ? "count-more" : "count", { count, wanted: Math.max(slot.min_pages, 1) });
    const word = row.querySelector("[data-state-word]");
    word.className = `state tone-${{ complete: "ok", partial: "warn", missing: "stop", not_needed: "plain" }[state]}`;
    word.replaceChildren(icon(state), text(state));
    const onTheWay = Array.from({ length: slot.pending }, () => ghost());
    const pages = slot.pages.map((page, index) => thumb(slot, page, index));
    row.querySelector("[data-thumbs]").replaceChildren(...pages, ...slot.held.map((page) => thumb(slot, page)), ...onTheWay);
  }
}

/** What the page at `index` of a slot is called: a side of a card, or a number. */
export function pageName(slot, index) {
  if (slot.sides !== 2) return text("page-number", { number: index + 1 });
  return text(index % 2 ? "side-back" : "side-front");
}

function thumb(slot, page, index = null) {
  const held = page.state === "held";
  const link = document.createElement("a");
  link.className = held ? "thumb thumb-held" : "thumb";
  link.href = page.image_url;
  link.dataset.page = page.id;
  link.draggable = !held;
  link.title = held ? text("thumb-held", { name: slot.name }) : `${slot.name} ${pageName(slot, index)}`;
  const image = new Image(44, 58);
  image.src = page.thumb_url;
  image.alt = link.title;
  image.draggable = false;
  link.append(image);
  if (slot.sides === 2 && !held) {
    const side = document.createElement("span");
    side.className = "thumb-side";
    side.textContent = text(index % 2 ? "side-back-short" : "side-front-short");
    link.append(side);
  }
  if (held || page.verdict !== "pass") {
    const mark = document.createElement("span");
    mark.className = `thumb-mark tone-${page.verdict === "refuse" ? "stop" : "warn"}`;
    mark.append(icon(page.verdict === "refuse" ? "refuse" : "warn"));
    link.append(mark);
  }
  return link;
}

function ghost() {
  const place = document.createElement("span");
  place.className = "thumb thumb-absent";
  place.title = text("thumb-pending");
  place.append(icon("pending"));
  return place;
}
