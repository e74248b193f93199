/**
 * The heartbeat of a workstation: every minute it tells the server that this browser is alive and which cameras it has,
 * and hands on what the server says each of them is good for.
 *
 *   const heart = new Heartbeat({ url, token });
 *   heart.addEventListener("answer", ({ detail }) => …);   // { workstation, cameras: [{ id, device_id, certifies, due, … }] }
 *   heart.sized({ id, label, width, height });             // a camera that runs, as `Camera.open` answers it
 *   heart.start();
 *
 * A beat that fails is silent: the next one comes in a minute, and nothing on the page depends on it.
 */

const EVERY = 60_000; // milliseconds

export class Heartbeat extends EventTarget {
  #sizes = new Map();
  #clock = 0;

  constructor({ url, token }) {
    super();
    this.url = url;
    this.token = token;
    this.answer = null;
  }

  /** Note the size a camera really runs with, and tell it at once when it is news. */
  sized({ id, label, width, height }) {
    const known = this.#sizes.get(id);
    this.#sizes.set(id, { label, width, height });
    if (this.#clock && (known?.width !== width || known?.height !== height)) this.beat();
  }

  start() {
    if (this.#clock) return;
    this.#clock = setInterval(() => this.beat(), EVERY);
    navigator.mediaDevices?.addEventListener("devicechange", this);
    this.beat();
  }

  stop() {
    clearInterval(this.#clock);
    this.#clock = 0;
    navigator.mediaDevices?.removeEventListener("devicechange", this);
  }

  handleEvent() {
    this.beat(); // a camera was plugged in or pulled out
  }

  /** What the server knows of a camera by its device id; undefined before the first answer. */
  camera(deviceId) {
    return this.answer?.cameras.find((camera) => camera.device_id === deviceId);
  }

  /** One beat; answers what the server said, null when it said nothing. */
  async beat() {
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json" },
        body: JSON.stringify({ cameras: await this.#cameras() }),
      });
      if (!response.ok) return null;
      this.answer = await response.json();
    } catch {
      return null;
    }
    this.dispatchEvent(new CustomEvent("answer", { detail: this.answer }));
    return this.answer;
  }

  /** Cameras the browser names; those without an id wait until the person has allowed the camera. */
  async #cameras() {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return all
      .filter(({ kind, deviceId }) => kind === "videoinput" && deviceId)
      .map(({ deviceId, label }) => ({ device_id: deviceId, label, ...this.#size(deviceId) }));
  }

  #size(id) {
    const { width = 0, height = 0 } = this.#sizes.get(id) ?? {};
    return { width, height };
  }
}
