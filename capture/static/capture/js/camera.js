/**
 * The document camera: which devices there are, the greatest picture one really gives, and a still of exactly that size.
 *
 * Stills are drawn from the live picture. ImageCapture.takePhoto is not used: it restarts the device (one to six
 * seconds a page), gives PNG on some drivers, and may silently change size.
 */

const QUALITY = 0.92; // of the JPEG sent; 8 megapixels are 1 to 2 MB
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
    this.video.srcObject = this.stream;
    await this.video.play();
    const { width, height, deviceId } = track.getSettings();
    this.running = { width, height, id: deviceId, label: track.label };
    return this.running;
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  get live() {
    return this.stream?.getVideoTracks()[0]?.readyState === "live" && this.video.videoWidth > 0;
  }

  /** One still as a JPEG blob in the camera's own pixels. */
  async still() {
    if (!this.live) throw new CameraProblem("lost");
    const canvas = document.createElement("canvas");
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    const brush = canvas.getContext("2d", { alpha: false });
    brush.drawImage(this.video, 0, 0);
    if (allBlack(brush, canvas)) throw new CameraProblem("dark");
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    const picture = blob && (await createImageBitmap(blob));
    const { width, height } = this.running;
    const right = picture && picture.width === width && picture.height === height;
    const turned = picture && picture.width === height && picture.height === width; // a tablet held upright
    const size = picture ? `${picture.width} × ${picture.height}` : "0";
    picture?.close();
    if (!right && !turned) throw new CameraProblem("size", { size, wanted: `${width} × ${height}` });
    return blob;
  }
}

/** True when nothing at all reached the sensor: the lid is on, or the driver sent an empty first frame. */
function allBlack(brush, { width, height }) {
  for (const [x, y] of [[0.5, 0.5], [0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]) {
    const { data } = brush.getImageData(Math.round(x * (width - 8)), Math.round(y * (height - 8)), 8, 8);
    for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] > 12) return false;
  }
  return true;
}
