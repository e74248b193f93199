/**
 * Which camera does what at this window: one looks down at papers, another at the citizen.
 *
 * Each role remembers its device on this machine. A portrait never opens the document camera while another is plugged in;
 * with one camera alone, that one does both. `open(role)` answers what runs, as `Camera.open` does.
 */

import { Camera, CameraProblem } from "./camera.js";
import { remember, remembered } from "./preferences.js";
import { text } from "./texts.js";

export class Cameras {
  constructor(camera, select) {
    this.camera = camera;
    this.select = select;
    this.role = "page";
    this.line = Promise.resolve();
  }

  /** Open the camera of a role. Calls wait for each other; one that was overtaken does nothing and answers null. */
  open(role) {
    this.role = role;
    const wish = (this.wish = {});
    const opened = this.line.then(() => (wish === this.wish ? this.#open(role) : null));
    this.line = opened.catch(() => {});
    return opened;
  }

  /** The clerk has chosen a device for the present role. */
  choose(id) {
    remember(`camera-${this.role}`, id);
    return this.open(this.role);
  }


  /** Draw the list of cameras, the running one chosen. */
  async list() {
    const devices = await Camera.devices();
    const running = this.camera.running?.id;
    const options = devices.map(({ id, label }, index) => new Option(label || text("camera-number", { number: index + 1 }), id, false, id === running));
    this.select.replaceChildren(...options);
  }

  async #open(role) {
    const id = await this.#device(role);
    if (id && this.camera.live && this.camera.running.id === id) return this.camera.running;
    try {
      return await this.camera.open(id);
    } catch (problem) {
      if (!id || !(problem instanceof CameraProblem) || problem.reason !== "none") throw problem;
      return this.camera.open(); // the remembered camera is not plugged in today
    }
  }

  async #device(role) {
    const present = (await Camera.devices()).map(({ id }) => id).filter(Boolean);
    const kept = remembered(`camera-${role}`, "");
    if (kept && (present.includes(kept) || !present.length)) return kept;
    if (!present.length) return ""; // before the clerk has allowed the camera, devices have no names
    const other = remembered(`camera-${role === "page" ? "portrait" : "page"}`, role === "portrait" ? present[0] : "");
    return present.find((id) => id !== other) ?? present[0];
  }
}
