/** The list of workstations: this machine beats while the list is open, and shows each of its cameras for a moment. */

import { Camera, CameraProblem } from "./camera.js";
import { Heartbeat } from "./heartbeat.js";
import { text } from "./texts.js";

class ThisMachine {
  constructor(root) {
    this.button = root.querySelector("[data-detect]");
    this.told = root.querySelector("[data-told]");
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    this.heart = new Heartbeat({ url: root.dataset.url, token });
    this.button.addEventListener("click", () => this.detect());
    this.heart.start();
  }

  /** Let every camera run once at its greatest size, tell the server, and show the list anew. */
  async detect() {
    if (this.button.getAttribute("aria-busy")) return;
    this.button.setAttribute("aria-busy", "true");
    this.#say("detecting");
    const camera = new Camera(document.createElement("video"));
    camera.video.muted = true;
    try {
      const first = await camera.open();
      this.heart.sized(first);
      for (const { id } of await Camera.devices()) if (id !== first.id) this.heart.sized(await camera.open(id));
      camera.close();
      const answer = await this.heart.beat();
      if (!answer) return this.#say("unheard");
      this.#say("detected", { count: answer.cameras.length });
      location.reload();
    } catch (problem) {
      if (!(problem instanceof CameraProblem)) throw problem;
      this.#say(["insecure", "refused", "none"].includes(problem.reason) ? problem.reason : "busy");
    } finally {
      camera.close();
      this.button.removeAttribute("aria-busy");
    }
  }

  #say(name, values) {
    this.told.textContent = text(name, values);
  }
}

const root = document.querySelector("[data-stations][data-registered]");
if (root) new ThisMachine(root);
