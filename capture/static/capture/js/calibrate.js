/**
 * The calibration page: live picture → still → server, which answers what it saw and what is still needed.
 *
 * The server keeps nothing until the end. Each picture comes back as a signed token; the last request brings them all.
 * Keys: Space photographs the sheet.
 */

import { Camera, CameraProblem } from "./camera.js";
import { click, flash } from "./feedback.js";
import { icon, text } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";

class Calibration {
  #tokens = [];
  #views = 0;
  #busy = false;

  constructor(root) {
    this.root = root;
    this.stage = this.#find("stage");
    this.camera = new Camera(this.#find("video"));
    this.camera.addEventListener("lost", () => this.#trouble({ message: text("lost") }));
    for (const button of root.querySelectorAll("[data-take]")) {
      button.addEventListener("click", () => this.take(button.dataset.take));
    }
    this.#find("again").addEventListener("click", () => this.#startAgain());
    this.#find("save").addEventListener("click", () => this.save());
    document.addEventListener("keydown", (event) => this.#key(event));
    this.#mark([...root.querySelectorAll("[data-need]")].map((row) => row.dataset.need), false, false);
  }

  async start() {
    try {
      const { width, height } = await this.camera.open(this.root.dataset.device);
      this.#find("size").textContent = text("size", { width, height });
      this.#find("dots").setAttribute("viewBox", `0 0 ${width} ${height}`);
      this.#find("idle").hidden = true;
      this.#enable();
    } catch (problem) {
      this.#cameraTrouble(problem);
    }
  }

  /** Photograph what lies under the camera. `kind`: sheet, mat or grey. */
  async take(kind) {
    if (this.#busy || !this.camera.live) return;
    if (kind === "sheet" && this.#views >= Number(this.root.dataset.most)) return this.#trouble({ message: text("full") });
    this.#busy = true;
    this.#enable();
    try {
      flash(this.stage);
      const still = await this.camera.still();
      this.#say("working", text("looking"));
      const form = this.#form();
      form.append("kind", kind);
      form.append("file", still, "still.jpg");
      const answer = await this.#send(this.root.dataset.lookUrl, form);
      if (answer) this.#took(answer);
    } catch (problem) {
      this.#cameraTrouble(problem);
    } finally {
      this.#busy = false;
      this.#enable();
    }
  }

  async save() {
    if (this.#busy) return;
    this.#busy = true;
    const kept = await this.#send(this.root.dataset.saveUrl, this.#form());
    this.#busy = false;
    if (kept) location.assign(kept.url);
  }

  #took({ token, kind, points, progress }) {
    this.#tokens.push(token);
    this.#views = progress.views;
    click(true);
    for (const [x, y] of points) {
      const dot = document.createElementNS(SVG, "circle");
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
      dot.setAttribute("r", this.camera.running.width / 300);
      this.#find("dots").append(dot);
    }
    this.#mark(progress.needs, progress.mat, progress.grey);
    this.#figures(progress);
    const [problem] = progress.problems;
    if (problem) return this.#trouble(problem);
    this.#say("done", text(`seen-${kind}`, { corners: points.length }), progress.warnings);
  }

  #mark(needs, mat, grey) {
    for (const row of this.root.querySelectorAll("[data-need]")) this.#tick(row, !needs.includes(row.dataset.need));
    for (const [step, done] of [["mat", mat], ["grey", grey]]) {
      this.#tick(this.root.querySelector(`[data-step="${step}"]`), done);
    }
    const { most } = this.root.dataset;
    this.#find("count").textContent = this.#views ? text("count", { count: this.#views, most }) : "";
  }

  #tick(row, done) {
    row.dataset.done = done;
    row.querySelector(":scope > .icon")?.remove();
    row.prepend(icon(done ? "done" : "open"));
  }

  #figures({ px_per_mm: scale, rms, coverage, says, ready }) {
    this.#find("figures").hidden = !scale;
    this.#find("scale").textContent = scale ? text("scale", { value: scale.toFixed(2) }) : "";
    this.#find("rms").textContent = text("rms", { value: rms.toFixed(2) });
    this.#find("coverage").textContent = `${coverage}%`;
    this.#find("says").replaceChildren(...says.map((sentence) => {
      const row = document.createElement("li");
      row.textContent = sentence;
      return row;
    }));
    this.#find("save").disabled = !ready;
    this.root.querySelector("[data-take='sheet']").classList.toggle("button-primary", !ready); // one main act at a time
    this.#find("hint").textContent = text(ready ? "ready" : "not-ready");
  }

  #startAgain() {
    this.#tokens = [];
    this.#views = 0;
    this.#find("dots").replaceChildren();
    this.#find("figures").hidden = true;
    this.#find("says").replaceChildren();
    this.#find("told").replaceChildren();
    this.#find("save").disabled = true;
    this.root.querySelector("[data-take='sheet']").classList.add("button-primary");
    this.#find("hint").textContent = text("not-ready");
    this.#mark([...this.root.querySelectorAll("[data-need]")].map((row) => row.dataset.need), false, false);
    this.#enable();
  }

  #key(event) {
    if (event.key !== " " || event.repeat || event.target.closest("input, button, a, select, textarea, summary")) return;
    event.preventDefault();
    this.take("sheet");
  }

  /** All that goes with every request: who we are, the ruler, and the pictures before. */
  #form() {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    form.append("ruler", this.#find("ruler").value);
    for (const token of this.#tokens) form.append("look", token);
    return form;
  }

  /** The server's answer; null after a refusal, which has been told. */
  async #send(url, body) {
    try {
      const response = await fetch(url, { method: "POST", headers: { Accept: "application/json" }, body });
      const answer = await response.json();
      if (response.ok) return answer;
      this.#trouble(answer);
    } catch {
      this.#trouble({ message: text("unheard") });
    }
    return null;
  }

  #cameraTrouble(problem) {
    if (!(problem instanceof CameraProblem)) throw problem;
    this.#trouble({ message: text(problem.reason === "size" ? "busy" : problem.reason) });
  }

  #trouble({ message, advice = "" }) {
    click(false);
    this.#say("stop", message, [], advice);
  }

  #say(kind, message, warnings = [], advice = "") {
    const rows = [{ kind, message, advice }, ...warnings.map((warning) => ({ kind: "warn", ...warning }))].map((said) => {
      const row = document.createElement("div");
      row.className = `banner ${{ done: "banner-success", stop: "banner-error", warn: "banner-warning" }[said.kind] ?? "banner-info"}`;
      const words = document.createElement("div");
      for (const [line, style] of [[said.message, ""], [said.advice, "advice"]]) {
        if (!line) continue;
        const paragraph = document.createElement("p");
        paragraph.className = style;
        paragraph.textContent = line;
        words.append(paragraph);
      }
      row.append(...(said.kind === "working" ? [] : [icon(said.kind)]), words);
      return row;
    });
    this.#find("told").replaceChildren(...rows);
  }

  #enable() {
    const idle = !this.#busy && Boolean(this.camera.live);
    for (const button of this.root.querySelectorAll("[data-take]")) button.disabled = !idle;
    this.#find("again").disabled = this.#tokens.length === 0;
  }

  #find(name) {
    return this.root.querySelector(`[data-${name}]`);
  }
}

const root = document.querySelector("[data-calibrate]");
if (root) new Calibration(root).start();
