/**
 * The capture page: camera → still → shelf → server → slot. Everything it says is in the page; everything it does is here.
 *
 * Keys: Space captures, ↑ ↓ and 1–9 choose the slot, Esc goes back to the live picture.
 */

import { Camera, CameraProblem } from "./camera.js";
import { CornerEditor } from "./corners.js";
import { click, flash } from "./feedback.js";
import { Outline } from "./overlay.js";
import { keepOffline } from "./offline.js";
import { queue, tell } from "./panel.js";
import { Slots } from "./slots.js";
import { Standing } from "./standing.js";
import { ShelfProblem, Store } from "./store.js";
import { text } from "./texts.js";
import { Uploader } from "./uploader.js";

const MOST_BYTES = 40 * 1024 * 1024;
const SHOWN = 3000; // milliseconds a page without fault stays on the stage before the live picture comes back
const REMEMBERED = "hukou-capture-camera";

class CapturePage {
  constructor(root, store) {
    this.root = root;
    this.find = (name) => root.querySelector(`[data-${name}]`);
    this.stage = this.find("stage");
    this.button = this.find("shoot");
    this.slots = new Slots(this.find("slots"), JSON.parse(document.getElementById("capture-slots").textContent));
    this.camera = new Camera(this.find("video"));
    this.outline = new Outline(this.find("video"), this.find("outline"));
    this.corners = new CornerEditor(this.find("corners"));
    const { uploadUrl: url, officer } = root.dataset;
    this.uploader = new Uploader({ url, officer, token: this.#token(), store });
    new Standing(root, this.uploader);
    this.#listen();
    this.#sayWhatIsNext();
  }

  async start() {
    await this.uploader.resume();
    keepOffline(this.uploader);
    await this.openCamera(localStorage.getItem(REMEMBERED) ?? "");
  }

  async openCamera(id) {
    try {
      let running;
      try {
        running = await this.camera.open(id);
      } catch (problem) {
        if (!id || problem.reason !== "none") throw problem;
        running = await this.camera.open(); // the remembered camera is not plugged in today
      }
      this.find("size").textContent = text("running", { width: running.width, height: running.height });
      this.device = running.label;
      this.#live();
    } catch (problem) {
      this.#cameraTrouble(problem);
    }
    await this.#listDevices();
  }

  /** Take a still of what lies under the camera. Pressing again while one is being taken does nothing. */
  async shoot() {
    if (this.taking || !this.slots.chosen || this.button.disabled) return;
    if (this.view === "corners") return this.#live();
    this.taking = true;
    this.button.setAttribute("aria-busy", "true");
    try {
      flash(this.stage);
      const blob = await this.camera.still();
      click(true);
      await this.#send(blob, this.device);
    } catch (problem) {
      if (!(problem instanceof CameraProblem)) throw problem;
      this.#cameraTrouble(problem);
    } finally {
      this.taking = false;
      this.button.removeAttribute("aria-busy");
    }
  }

  async takeFiles(files) {
    for (const file of files) {
      const slot = this.slots.chosen;
      if (!slot) return;
      const reason = !file.size ? "file-empty" : file.size > MOST_BYTES ? "file-large" : ["image/jpeg", "image/png"].includes(file.type) ? "" : "file-type";
      if (reason) {
        this.#trouble(text(reason, { name: file.name }), text(`${reason}-advice`));
        continue;
      }
      await this.#send(file, "file");
    }
  }

  async #send(blob, device, more = {}) {
    const { code: material, kind } = this.slots.chosen;
    await this.#keep({ blob, material, kind, device, ...more });
  }

  #listen() {
    const { root, uploader, slots, camera } = this;
    this.button.addEventListener("click", () => this.shoot());
    this.find("file").addEventListener("change", (event) => {
      this.takeFiles([...event.target.files]);
      event.target.value = "";
    });
    for (const name of ["dragover", "drop"]) root.addEventListener(name, (event) => event.preventDefault());
    root.addEventListener("dragover", () => root.classList.add("dropping"));
    root.addEventListener("dragleave", (event) => event.relatedTarget && root.contains(event.relatedTarget) || root.classList.remove("dropping"));
    root.addEventListener("drop", (event) => {
      root.classList.remove("dropping");
      this.takeFiles([...event.dataTransfer.files]);
    });
    this.find("devices").addEventListener("change", (event) => {
      localStorage.setItem(REMEMBERED, event.target.value);
      this.openCamera(event.target.value);
    });
    this.find("to-live").addEventListener("click", () => this.#live());
    this.find("compare").addEventListener("click", () => this.#compare());
    this.find("use-corners").addEventListener("click", () => this.#useCorners());
    this.find("supersede").addEventListener("submit", (event) => this.#supersede(event));
    slots.addEventListener("select", () => this.#sayWhatIsNext());
    slots.addEventListener("look", (event) => this.#look(event.detail));
    camera.addEventListener("devices", () => (camera.live ? this.#listDevices() : this.openCamera("")));
    camera.addEventListener("lost", () => this.#cameraTrouble(new CameraProblem("lost")));
    uploader.addEventListener("change", () => this.#drawQueue());
    uploader.addEventListener("stored", (event) => this.#stored(event.detail));
    uploader.addEventListener("refused", (event) => this.#refused(event.detail));
    document.addEventListener("keydown", (event) => this.#key(event));
    addEventListener("beforeunload", (event) => {
      if (uploader.unsent.length && !uploader.store.durable) event.preventDefault();
    });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input, select, textarea");
    // On the name of a slot Space captures too: a clerk who has just clicked a slot means "this paper, now". Enter chooses.
    const pressing = event.target.closest("button:not(.slot-name), a, summary") && event.target !== this.button;
    if (typing || (pressing && event.key === " ")) return;
    const acts = { " ": () => event.repeat || this.shoot(), ArrowUp: () => this.slots.step(-1), ArrowDown: () => this.slots.step(1), Escape: () => this.#live() };
    const act = acts[event.key] ?? (/^[1-9]$/.test(event.key) ? () => this.slots.select(this.slots.slots[event.key - 1]?.code) : null);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #stored({ still, page }) {
    this.slots.add(page);
    click(page.verdict === "pass");
    if (still.material === this.slots.code) {
      this.#look(page, still);
      if (page.verdict === "pass") this.slots.advance();
    }
    this.#sayWhatIsNext();
  }

  #refused({ still, problem }) {
    click(false);
    this.#trouble(problem.message, problem.advice);
    if (problem.code === "no_page_found") this.#editCorners(still);
  }

  async #editCorners(still) {
    this.#show("corners");
    this.editing = still;
    await this.corners.show(still.blob, ["corner-tl", "corner-tr", "corner-br", "corner-bl"].map((name) => text(name)));
  }

  async #useCorners() {
    const { blob, material, kind, device } = this.editing;
    const corners = this.corners.corners.map((corner) => corner.map((value) => Math.round(value * 10) / 10));
    this.#live();
    await this.#keep({ blob, material, kind, device, corners });
  }

  /** A still that cannot be kept is not taken, and the page says so (standing.js). */
  async #keep(wish) {
    try {
      await this.uploader.add(wish);
    } catch (problem) {
      if (!(problem instanceof ShelfProblem)) throw problem;
      click(false);
    }
  }

  #look(page, still = null) {
    this.looking = page;
    this.#show("result");
    this.comparing = false;
    const image = this.find("result-image");
    image.src = page.image_url;
    image.dataset.after = page.image_url;
    if (image.dataset.before) URL.revokeObjectURL(image.dataset.before);
    image.dataset.before = still ? URL.createObjectURL(still.blob) : "";
    this.find("compare").hidden = !image.dataset.before;
    this.find("supersede").hidden = !page.supersede_url;
    if (still && page.verdict === "pass") this.backToLive = setTimeout(() => this.#live(), SHOWN);
    tell(this.find("findings"), { verdict: page.verdict, title: text(`verdict-${page.verdict}`), findings: page.findings });
  }

  /** Before / after: the picture as the camera gave it, and the page made of it. */
  #compare() {
    clearTimeout(this.backToLive);
    const image = this.find("result-image");
    this.comparing = !this.comparing;
    image.src = this.comparing ? image.dataset.before : image.dataset.after;
    this.find("compare").textContent = text(this.comparing ? "after" : "before");
  }

  async #supersede(event) {
    event.preventDefault();
    const form = event.target;
    if (form.dataset.busy !== undefined) return;
    form.dataset.busy = "";
    const body = new URLSearchParams({ reason: form.elements.reason.value });
    const headers = { "X-CSRFToken": this.#token(), "X-Requested-With": "fetch", Accept: "application/json" };
    try {
      const answer = await fetch(this.looking.supersede_url, { method: "POST", body, headers });
      if (answer.ok) {
        this.slots.remove(this.looking);
        this.slots.select(this.looking.material);
        form.reset();
        this.#live();
      } else {
        const { message, advice } = await answer.json();
        this.#trouble(message, advice);
      }
    } catch {
      this.#trouble(text("offline"), text("offline-advice"));
    } finally {
      delete form.dataset.busy;
    }
  }

  #live() {
    this.corners.hide();
    this.#show(this.camera.live ? "live" : "idle");
    if (this.camera.live) this.outline.start();
    this.#sayWhatIsNext();
  }

  /** live | idle | result | corners: what the middle of the screen shows. */
  #show(view) {
    clearTimeout(this.backToLive);
    if (view !== "live") this.outline.stop();
    if (view !== "corners") this.corners.hide();
    this.view = view;
    this.stage.dataset.view = view;
    this.find("use-corners").hidden = view !== "corners";
    this.button.hidden = view === "corners";
    this.find("to-live").hidden = view === "live" || view === "idle";
    if (view !== "result") {
      this.find("compare").hidden = true;
      this.find("supersede").hidden = true;
    }
    this.find("compare").textContent = text("before");
  }

  #sayWhatIsNext() {
    const slot = this.slots.chosen;
    if (!slot) return;
    const full = slot.pages.length >= slot.max_pages;
    this.find("shoot-words").textContent = text(full ? "slot-full" : "shoot", { name: slot.name, page: slot.pages.length + 1 });
    this.button.disabled = full || this.view === "idle";
    this.find("missing").textContent = this.slots.missing ? text("missing-count", { count: this.slots.missing }) : text("nothing-missing");
  }

  #cameraTrouble(problem) {
    if (!(problem instanceof CameraProblem)) throw problem;
    if (!this.camera.live) this.#show("idle");
    this.#trouble(text(`camera-${problem.reason}`, problem.values), text(`camera-${problem.reason}-advice`, problem.values));
    this.#sayWhatIsNext();
  }

  #trouble(message, advice) {
    tell(this.find("findings"), { verdict: "refuse", title: text("not-taken"), findings: [{ level: "refuse", message, advice }] });
  }

  #drawQueue() {
    const { queue: stills } = this.uploader;
    queue(this.find("queue"), stills, {
      named: (code) => this.slots.slots.find((slot) => slot.code === code)?.name ?? code,
      onDiscard: (still) => this.uploader.discard(still.id),
      onCorners: (still) => this.#editCorners(still),
    });
  }

  async #listDevices() {
    const devices = await Camera.devices();
    const options = devices.map(({ id, label }, index) => new Option(label || text("camera-number", { number: index + 1 }), id, false, id === this.camera.running?.id));
    this.find("devices").replaceChildren(...options);
  }

  #token() {
    return this.root.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  }
}

const root = document.querySelector("[data-capture-root]");
if (root) new CapturePage(root, await Store.open()).start();
