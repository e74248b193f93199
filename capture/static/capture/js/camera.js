/**
 * The document camera: which devices there are, the greatest picture one really gives, and a still of exactly that size.
 *
 * Stills are drawn from the live picture. ImageCapture.takePhoto is not used: it restarts the device (one to six
 * seconds a page), gives PNG on some drivers, and may silently change size.
 *
 * What people look at is a smaller copy of the same camera (`video`), and what the outline examines a smaller one still
 * (`glance`): showing and reading eight megapixels many times a second would keep an office machine busy with nothing
 * else. The full picture runs beside them, unseen (`source`).
 */

const QUALITY = 0.92; // of the JPEG sent; 8 megapixels are 1 to 2 MB
const RATE = 12; // pictures a second: enough for the eye; each more is a full picture to be decoded
const SHOWN = 1280; // pixels of the longer side of what is shown
const GLANCE = 320; // and of what is examined
const WISH = 10000; // pixels: more than any camera has, so that the browser gives the most it can

export class CameraProblem extends Error {
  /** `reason`: insecure | refused | none | busy | lost | size | dark */
  constructor(reason, values = {}) {
    super(reason);
    this.reason = reason;
    this.values = values;
  }
}

const REASONS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

export class Camera extends EventTarget {
  constructor(video) {
    super();
    this.video = video;
    [this.source, this.glance] = [0, 1].map(() => Object.assign(document.createElement("video"), { muted: true }));
    this.stream = null;
    navigator.mediaDevices?.addEventListener("devicechange", () => this.dispatchEvent(new Event("devices")));
  }

  /** Cameras by id and label; labels are empty until the person has allowed the camera once. */
  static async devices() {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return all.filter((device) => device.kind === "videoinput").map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  /** Start a camera at its greatest size; answers { width, height, label, id } as the device really runs. */
  async open(id = "") {
    if (!navigator.mediaDevices) throw new CameraProblem("insecure");
    this.close();
    const video = { width: { ideal: WISH }, height: { ideal: WISH }, ...(id && { deviceId: { exact: id } }) };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch (error) {
      throw new CameraProblem(REASONS[error.name] ?? "busy");
    }
    const [track] = this.stream.getVideoTracks();
    track.addEventListener("ended", () => this.dispatchEvent(new Event("lost")));
    const { width, height, deviceId } = track.getSettings();
    await track.applyConstraints({ width: { exact: width }, height: { exact: height }, frameRate: { ideal: RATE } }).catch(() => {}); // not all can
    this.source.srcObject = this.stream;
    this.video.srcObject = await this.#copy(track, SHOWN, width, height);
    this.glance.srcObject = await this.#copy(track, GLANCE, width, height);
    await Promise.all(this.#videos.map((video) => video.play()));
    this.running = { width, height, id: deviceId, label: track.label };
    return this.running;
  }

  close() {
    for (const { srcObject: stream } of this.#videos) for (const track of stream?.getTracks() ?? []) track.stop();
    for (const video of this.#videos) video.srcObject = null;
    this.stream = null;
  }

  get #videos() {
    return [this.source, this.video, this.glance];
  }

  /** The same camera, scaled down by the browser to `longer` pixels; the camera itself where the browser cannot. */
  async #copy(track, longer, width, height) {
    const scale = longer / Math.max(width, height);
    if (scale >= 1) return this.stream;
    const small = track.clone();
    try {
      await small.applyConstraints({ width: Math.round(width * scale), height: Math.round(height * scale), resizeMode: "crop-and-scale" });
    } catch {
      small.stop();
      return this.stream;
    }
    return new MediaStream([small]);
  }

  get live() {
    return this.stream?.getVideoTracks()[0]?.readyState === "live" && this.source.videoWidth > 0;
  }

  /** One still as a JPEG blob in the camera's own pixels. */
  async still() {
    if (!this.live) throw new CameraProblem("lost");
    const canvas = document.createElement("canvas");
    canvas.width = this.source.videoWidth;
    canvas.height = this.source.videoHeight;
    const brush = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    brush.drawImage(this.source, 0, 0);
    if (allBlack(brush, canvas)) throw new CameraProblem("dark");
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    const [gotWidth, gotHeight] = blob ? await pixelsOf(blob) : [0, 0];
    const { width, height } = this.running;
    const right = gotWidth === width && gotHeight === height;
    const turned = gotWidth === height && gotHeight === width; // a tablet held upright
    if (!right && !turned) throw new CameraProblem("size", { size: `${gotWidth} × ${gotHeight}`, wanted: `${width} × ${height}` });
    return blob;
  }
}

/** Width and height a JPEG really has, from its frame header (SOF); zeros when it has none. */
async function pixelsOf(blob) {
  const bytes = new DataView(await blob.slice(0, 65536).arrayBuffer());
  for (let at = 2; at + 9 < bytes.byteLength; at += 2 + bytes.getUint16(at + 2)) {
    const marker = bytes.getUint16(at);
    if (marker >= 0xffc0 && marker <= 0xffc3) return [bytes.getUint16(at + 7), bytes.getUint16(at + 5)];
    if (marker < 0xff01) break;
  }
  return [0, 0];
}

/** True when nothing at all reached the sensor: the lid is on, or the driver sent an empty first frame. */
function allBlack(brush, { width, height }) {
  for (const [x, y] of [[0.5, 0.5], [0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]) {
    const { data } = brush.getImageData(Math.round(x * (width - 8)), Math.round(y * (height - 8)), 8, 8);
    for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] > 12) return false;
  }
  return true;
}
