/** What hand and ear get back: a short flash on the stage and a quiet click, so that eyes can stay on the paper. */

let sound;

export function flash(stage) {
  stage.classList.remove("flash");
  void stage.offsetWidth; // begin again even when pressed twice in a row
  stage.classList.add("flash");
}

/** A high click for "taken", a low one for "look here". */
export function click(good) {
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
