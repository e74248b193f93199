/** What hand and ear get back: a short flash on the stage, a quiet click, and pages that fly into their slot. */

let sound;
let mute = false;

/** Switch flash and clicks off or on. */
export function silence(yes) {
  mute = yes;
}

export function flash(stage) {
  if (mute) return;
  stage.classList.remove("flash");
  void stage.offsetWidth; // begin again even when pressed twice in a row
  stage.classList.add("flash");
}

/** A high click for "taken", a low one for "look here". */
export function click(good) {
  if (mute) return;
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    const level = sound.createGain();
    tone.frequency.value = good ? 1250 : 330;
    level.gain.setValueAtTime(0.05, sound.currentTime);
    level.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + (good ? 0.06 : 0.22));
    tone.connect(level).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.25);
  } catch {
    sound = undefined; // a machine without sound captures just as well
  }
}

/** A copy of `thumb` flies to its place from the middle of the stage. */
export function fly(stage, thumb) {
  if (!thumb || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const from = stage.getBoundingClientRect();
  const to = thumb.getBoundingClientRect();
  if (!to.width) return;
  const across = from.left + from.width / 2 - (to.left + to.width / 2);
  const down = from.top + from.height / 2 - (to.top + to.height / 2);
  const copy = thumb.cloneNode(true);
  copy.removeAttribute("data-page");
  copy.setAttribute("aria-hidden", "true");
  copy.classList.add("flying");
  Object.assign(copy.style, { left: `${to.left}px`, top: `${to.top}px` });
  document.body.append(copy);
  const path = [{ transform: `translate(${across}px, ${down}px) scale(4)`, opacity: 0.9 }, { transform: "none", opacity: 1 }];
  copy.animate(path, { duration: 320, easing: "ease-in" }).finished.finally(() => copy.remove());
}
