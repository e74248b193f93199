/**
 * The capture page: camera → still → shelf → server → slot. Everything it says is in the page; everything it does is here.
 *
 * Taking a picture waits for nobody: the next is possible as soon as the last lies on the shelf. Pages come back while the
 * live picture goes on; only a page that is held back asks for a word.
 */

import { Camera, CameraProblem } from "./camera.js";
import { Cameras } from "./cameras.js";
import { Certificate } from "./certificate.js";
import { CornerEditor } from "./corners.js";
import { click, flash, fly, silence } from "./feedback.js";
import { Import, whenFilesCome } from "./files.js";
import { Heartbeat } from "./heartbeat.js";
import { Held, heldCount } from "./held.js";
import { Hints } from "./hints.js";
import { Inspection } from "./inspection.js";
import { keepOffline } from "./offline.js";
import { Outline } from "./overlay.js";
import { importing, queue, tell } from "./panel.js";
import { Pedal } from "./pedal.js";
import { remember, remembered } from "./preferences.js";
import { Sharpness } from "./sharpness.js";
import { Slots, pageName } from "./slots.js";
import { Standing } from "./standing.js";
import { ShelfProblem, Store } from "./store.js";
import { text } from "./texts.js";
import { Trigger } from "./trigger.js";
import { Uploader } from "./uploader.js";

class CapturePage {
  constructor(root, store) {
    this.root = root;
    this.find = (name) => root.querySelector(`[data-${name}]`);
    this.stage = this.find("stage");
    this.button = this.find("shoot");
    const { uploadUrl: url, officer, leads } = root.dataset;
    const token = root.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
    const video = this.find("video");
    this.slots = new Slots(this.find("slots"), JSON.parse(document.getElementById("capture-slots").textContent));
    this.camera = new Camera(video);
    this.cameras = new Cameras(this.camera, this.find("devices"));
    this.outline = new Outline(this.camera.glance, this.find("outline"), this.stage);
    const sharpness = new Sharpness(this.camera.source);
    this.trigger = new Trigger({ blocked: () => this.#blocked(), sharp: (corners, width) => sharpness.enough(corners, width) });
    this.hints = new Hints(this.find("hint"));
    this.corners = new CornerEditor(this.find("corners"));
    this.inspection = new Inspection(root, { slots: this.slots, token });
    this.held = new Held(this.find("held"), { token, leads: leads === "yes" });
    this.pedal = new Pedal(document.getElementById("pedal-dialog"));
    this.uploader = new Uploader({ url, officer, token, store });
    new Standing(root, this.uploader);
    this.heart = new Heartbeat({ url: root.dataset.heartbeat, token });
    new Certificate(this.find("certifies"), { heart: this.heart, slots: this.slots, device: () => this.camera.running?.id });
    this.#listen();
    this.#switch("sound", remembered("sound", true));
    this.#switch("auto", remembered("auto", false));
    this.#sayWhatIsNext();
    root.dataset.ready = "";
  }

  async start() {
    await this.uploader.resume();
    keepOffline(this.uploader);
    this.heart.start();
    await this.openCamera();
    if (this.slots.held.length) this.#look(this.slots.held[0]);
  }

  /** Open the camera for what the chosen slot wants: papers, or the citizen. */
  async openCamera(chosen = "") {
    const role = this.slots.chosen?.kind === "portrait" ? "portrait" : "page";
    this.stage.dataset.role = role;
    this.opening = true;
    try {
      const running = await (chosen ? this.cameras.choose(chosen) : this.cameras.open(role));
      if (!running) return; // another slot was chosen meanwhile
      this.find("size").textContent = text("running", { width: running.width, height: running.height });
      const wide = (100 * running.width) / running.height; // the oval lies in the middle, whatever the picture's shape
      this.find("oval").setAttribute("viewBox", `${50 - wide / 2} 0 ${wide} 100`);
      this.device = running.label;
      this.heart.sized(running);
      this.opening = false;
      if (this.view !== "result" && this.view !== "corners") this.#live();
      else this.#watch();
      if (this.early) this.shoot();
    } catch (problem) {
      this.opening = false;
      this.#expect(false);
      this.#cameraTrouble(problem);
    }
    await this.cameras.list();
  }

  /** Take a still of what lies under the camera; answers whether it is on the shelf. Pressing again meanwhile does nothing; while the camera opens, the still follows. */
  async shoot() {
    if (this.opening) return this.#expect(true);
    if (this.early) this.#expect(false);
    if (this.taking || !this.camera.live || this.button.disabled || this.view === "corners") return false;
    const wish = this.#wish(this.device);
    this.taking = true;
    this.button.setAttribute("aria-busy", "true");
    try {
      flash(this.stage);
      this.trigger.took();
      const blob = await this.camera.still();
      if (this.view === "result") this.#live();
      const kept = await this.#keep({ ...wish, blob });
      if (kept) click(true);
      return kept;
    } catch (problem) {
      this.trigger.again();
      this.#cameraTrouble(problem);
      return false;
    } finally {
      this.taking = false;
      this.button.removeAttribute("aria-busy");
      this.#sayWhatIsNext();
    }
  }

  /** Somebody pressed before the camera was open; the button says that it was heard. */
  #expect(early) {
    this.early = early;
    if (early) this.button.setAttribute("aria-busy", "true");
    else this.button.removeAttribute("aria-busy");
    return false;
  }

  /** Take files into the chosen slot, as many as it has room for. */
  async takeFiles(files) {
    if (this.import || !files.length || !this.slots.chosen) return;
    const slot = this.slots.chosen;
    this.import = new Import({
      files,
      take: async (file) => {
        if (this.slots.full(slot) && !this.replacing) return false;
        return this.#keep({ ...this.#wish("file", slot), camera: "", several: "", blob: file });
      },
      tell: (told) => importing(this.find("import"), told, { onStop: () => this.import?.stop(), name: slot.name }),
    });
    await this.import.run();
    this.import = null;
    this.#sayWhatIsNext();
  }

  /** Why nothing is taken by itself now; "" when it may be. */
  #blocked() {
    const slot = this.slots.chosen;
    if (!slot || this.taking || this.opening || this.import) return "busy";
    if (this.view !== "live" || document.querySelector("dialog[open]")) return "busy";
    if (this.slots.held.length) return "held";
    if (slot.kind === "portrait") return "portrait";
    return this.slots.full(slot) && !this.replacing ? "full" : "";
  }

  #wish(device, slot = this.slots.chosen) {
    const replaces = this.replacing?.material === slot.code ? this.replacing.id : "";
    return { material: slot.code, kind: slot.kind, device, camera: this.heart.camera(this.camera.running?.id)?.id ?? "", replaces, several: this.find("several").checked && !replaces ? 1 : "" };
  }

  /** Lay a still on the shelf. One that cannot be kept is not taken, and the page says so (standing.js). */
  async #keep(wish) {
    try {
      await this.uploader.add(wish);
    } catch (problem) {
      if (!(problem instanceof ShelfProblem)) throw problem;
      this.trigger.again();
      click(false);
      return false;
    }
    if (wish.replaces) this.replacing = null;
    else if (wish.material === this.slots.code) this.slots.advance();
    return true;
  }

  #listen() {
    const { root, uploader, slots, camera, inspection, held } = this;
    this.button.addEventListener("click", () => this.shoot());
    // What was pressed with the mouse does not keep the focus: Space is for the next page.
    root.addEventListener("click", (event) => event.detail && event.target.closest("button, a, [type=checkbox]")?.blur());
    whenFilesCome(root, (files) => this.takeFiles(files));
    this.find("devices").addEventListener("change", (event) => this.openCamera(event.target.value));
    for (const name of ["auto", "sound"]) this.find(name).addEventListener("click", () => this.#switch(name, this.find(name).getAttribute("aria-pressed") !== "true"));
    this.find("to-live").addEventListener("click", () => this.#back());
    this.find("use-corners").addEventListener("click", () => this.#useCorners());
    this.find("held-count").querySelector("button").addEventListener("click", () => this.#look(slots.held[0]));
    slots.addEventListener("select", () => this.#chosen());
    slots.addEventListener("look", (event) => this.#look(event.detail));
    slots.addEventListener("order", (event) => inspection.order(event.detail.slot, event.detail.ids));
    inspection.addEventListener("look", (event) => this.#look(event.detail));
    inspection.addEventListener("done", () => this.#live());
    inspection.addEventListener("again", (event) => this.#again(event.detail));
    held.addEventListener("again", (event) => this.#anew(event.detail));
    held.addEventListener("kept", (event) => this.#settled(event.detail.held, event.detail.page));
    held.addEventListener("left", (event) => this.#settled(event.detail));
    for (const source of [inspection, held]) source.addEventListener("trouble", ({ detail }) => this.#trouble(detail.message, detail.advice));
    this.outline.addEventListener("look", (event) => this.trigger.see(event.detail));
    this.trigger.addEventListener("fire", () => this.shoot());
    this.trigger.addEventListener("state", (event) => this.#hint(event.detail));
    camera.addEventListener("devices", () => (camera.live ? this.cameras.list() : this.openCamera()));
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
    if (this.pedal.fits(event)) {
      event.preventDefault();
      return void this.shoot();
    }
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    // On the name of a slot Space captures too: a clerk who has just clicked a slot means "this paper, now". Enter chooses.
    const pressing = event.target.closest("button:not(.slot-name), summary, input") && event.target !== this.button;
    if (typing || (pressing && event.key === " ")) return;
    const acts = { " ": () => event.repeat || this.shoot(), ArrowUp: () => this.slots.step(-1), ArrowDown: () => this.slots.step(1), Escape: () => this.#back() };
    const act = acts[event.key] ?? (/^[1-9]$/.test(event.key) ? () => this.slots.select(this.slots.slots[event.key - 1]?.code) : null);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #switch(name, on) { // auto | sound: remembered on this machine
    this.find(name).setAttribute("aria-pressed", String(on));
    remember(name, on);
    if (name === "sound") silence(!on);
    else this.trigger.switch(on);
    this.#sayWhatIsNext();
  }

  async #chosen() {
    if (this.replacing && this.replacing.material !== this.slots.code) this.replacing = null;
    this.#sayWhatIsNext();
    if (this.early) this.#expect(false); // that was for the paper before
    const role = this.slots.chosen.kind === "portrait" ? "portrait" : "page";
    if (this.stage.dataset.role === role || !(this.camera.live || this.opening)) return void (this.stage.dataset.role = role);
    await this.openCamera();
  }

  #stored({ still, page, pages }) {
    this.inspection.keep(still.sha256, still.blob);
    for (const arrived of pages) {
      arrived.replaces = still.replaces;
      this.slots.add(arrived);
      fly(this.stage, this.slots.thumb(arrived));
    }
    const asking = pages.find((arrived) => arrived.state === "held");
    if (asking) click(false);
    if (asking && this.view === "live") this.#look(asking);
    else if (!this.inspection.page) this.#found(page);
    this.#sayWhatIsNext();
  }

  /** A held page has its word: kept in its slot, or left out. The next one asks, or the live picture comes back. */
  #settled(held, page = null) {
    this.slots.remove(held);
    if (page) this.slots.add(page);
    const next = this.slots.held[0];
    if (next) this.#look(next);
    else this.#live();
    if (page && !next) this.#found(page);
  }

  /** Take a placed page anew: the next still replaces it. */
  #again(page) {
    this.slots.select(page.material);
    this.replacing = page;
    this.trigger.again();
    this.#live();
  }

  /** Take a held page anew: the paper lies better now, so the still comes first and the held page goes after it. */
  async #anew(held) {
    this.slots.select(held.material);
    this.replacing = this.slots.get(held.material).pages.find((page) => page.id === held.replaces) ?? null;
    if (!(await this.shoot())) return;
    await this.held.leave(held).catch((problem) => this.#trouble(problem.message, problem.advice));
  }

  #refused({ still, problem }) {
    click(false);
    this.#trouble(problem.message, problem.advice);
    if (problem.code === "no_page_found" && this.view === "live") this.#editCorners(still);
  }

  async #editCorners(still) {
    this.#show("corners");
    this.editing = still;
    await this.corners.show(still.blob, ["corner-tl", "corner-tr", "corner-br", "corner-bl"].map((name) => text(name)));
  }

  async #useCorners() {
    const { blob, material, kind, device, camera, replaces } = this.editing;
    const corners = this.corners.corners.map((corner) => corner.map((value) => Math.round(value * 10) / 10));
    this.#live();
    await this.#keep({ blob, material, kind, device, camera, replaces, corners });
  }

  #look(page) {
    if (!page) return;
    this.#show("result");
    this.inspection.show(page);
    this.held.ask(page.state === "held" ? page : null);
    this.#found(page);
  }

  #found(page) {
    const slot = this.slots.get(page.material);
    const at = slot?.pages.findIndex((other) => other.id === page.id) ?? -1;
    const about = slot && at >= 0 ? `${slot.name} ${pageName(slot, at)}` : (slot?.name ?? "");
    tell(this.find("findings"), { verdict: page.verdict, title: text(`verdict-${page.verdict}`), about, findings: page.findings });
  }

  /** Escape: first gives up taking a page anew, then goes back to the live picture. */
  #back() {
    this.replacing = null;
    this.#live();
  }

  #live() {
    if (this.view === "result" || this.view === "corners") document.activeElement?.blur?.();
    this.#show(this.camera.live ? "live" : "idle");
    this.#watch();
    this.#sayWhatIsNext();
  }

  #watch() {
    if (this.camera.live) this.outline.start(this.stage.dataset.role !== "portrait");
  }

  /** live | idle | result | corners: what the middle of the screen shows. */
  #show(view) {
    if (view !== "corners") this.corners.hide();
    if (view !== "result") {
      this.inspection.hide();
      this.held.ask(null);
    }
    this.view = view;
    this.stage.dataset.view = view;
    this.root.dataset.view = view;
    this.find("use-corners").hidden = view !== "corners";
    this.button.hidden = view === "corners";
    this.find("to-live").hidden = view === "live" || view === "idle";
  }

  #sayWhatIsNext() {
    const slot = this.slots.chosen;
    if (!slot) return;
    const next = slot.pages.length + slot.pending;
    const full = this.slots.full(slot) && !this.replacing;
    const words = this.replacing ? "shoot-again" : full ? "slot-full" : slot.kind === "portrait" ? "shoot-portrait" : "shoot";
    const at = this.replacing ? slot.pages.findIndex((page) => page.id === this.replacing.id) : next;
    this.find("shoot-words").textContent = text(words, { page: pageName(slot, at) });
    this.find("shoot-name").textContent = slot.name;
    this.button.disabled = full || !this.camera.live || this.view === "idle";
    this.find("missing").textContent = this.slots.missing ? text("missing-count", { count: this.slots.missing }) : text("nothing-missing");
    this.find("several").disabled = slot.kind === "portrait" || slot.max_pages < 2;
    heldCount(this.find("held-count"), this.slots.held);
    if (!this.trigger.on || slot.kind === "portrait") this.#hint({ state: "off", progress: 0 });
  }

  #hint(seen) {
    const { chosen, following } = this.slots;
    if (chosen) this.hints.about(seen, chosen, { full: this.slots.full(chosen), following });
  }

  #cameraTrouble(problem) {
    if (!(problem instanceof CameraProblem)) throw problem;
    if (!this.camera.live && this.view !== "result") this.#show("idle");
    click(false);
    this.#trouble(text(`camera-${problem.reason}`, problem.values), text(`camera-${problem.reason}-advice`, problem.values));
    this.#sayWhatIsNext();
  }

  #trouble(message, advice) {
    tell(this.find("findings"), { verdict: "refuse", title: text("not-taken"), findings: [{ level: "refuse", message, advice }] });
  }

  #drawQueue() {
    const { queue: stills } = this.uploader;
    queue(this.find("queue"), stills, {
      named: (code) => this.slots.get(code)?.name ?? code,
      onDiscard: (still) => this.uploader.discard(still.id),
      onCorners: (still) => this.#editCorners(still),
    });
    const counts = new Map();
    for (const still of stills) if (still.state !== "refused" && !still.replaces) counts.set(still.material, (counts.get(still.material) ?? 0) + 1);
    this.slots.await(counts);
    this.#sayWhatIsNext();
  }
}

const root = document.querySelector("[data-capture-root]");
if (root) new CapturePage(root, await Store.open()).start();
