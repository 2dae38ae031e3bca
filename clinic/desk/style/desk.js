// What the browser does by itself: notice that the service is gone, keep focus when rows move, tell the service that
// somebody is there, close the account menu, and sound. No network of its own.
(() => {
  const LOST_MS = 4000; // the clock changes each second; older than this, the page is no longer live
  const ACTIVE_MS = 20000;
  const vigil = (window.vigil = {});

  // ---- lost contact: grey everything at once, without waiting for the server to say so
  let beat = "";
  let beatAt = performance.now();
  setInterval(() => {
    const clock = document.getElementById("desk-clock");
    if (!clock) return;
    const now = performance.now();
    if (clock.textContent !== beat) {
      beat = clock.textContent;
      beatAt = now;
    }
    const lostMs = now - beatAt;
    const lost = lostMs > LOST_MS;
    if (lost && !document.getElementById("desk-lost")) {
      const note = document.createElement("div");
      note.id = "desk-lost";
      note.className = "lost";
      note.setAttribute("role", "alert");
      document.body.prepend(note);
    }
    if (lost) {
      const text = `No contact with the desk since ${beat}. What you see is old, and new alarms cannot show here.`;
      const note = document.getElementById("desk-lost");
      if (note.textContent !== text) note.textContent = text;
    }
    document.body.classList.toggle("is-lost", lost);
  }, 500);

  // ---- focus survives a row that moves
  let focused = null;
  document.addEventListener("focusin", (event) => (focused = event.target));
  vigil.keepFocus = () =>
    requestAnimationFrame(() => {
      if (document.activeElement === document.body && focused && focused.isConnected) focused.focus({ preventScroll: true });
    });

  // ---- somebody is there
  let told = 0;
  const active = () => {
    if (performance.now() - told < ACTIVE_MS && told) return;
    told = performance.now();
    if (window.did_handshake && typeof emitEvent === "function") emitEvent("desk_activity");
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"])
    document.addEventListener(kind, active, { passive: true });

  // ---- the account menu closes as menus do
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.account[open]"))
      if (!menu.contains(event.target)) menu.open = false;
    if (event.target.closest && event.target.closest("#desk-sound")) toggleSound();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.account[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // ---- sound: silent until allowed; pressing the button once plays the test
  // Pulses as in IEC 60601-1-8: HIGH 3+2 twice, MEDIUM 3, LOW 1. Times in s from the start of the burst.
  const BURSTS = {
    3: [0, 0.25, 0.5, 0.85, 1.1, 1.9, 2.15, 2.4, 2.75, 3.0],
    2: [0, 0.4, 0.8],
    1: [0],
  };
  const EVERY_MS = { 3: 6000, 2: 20000, 1: Infinity };
  let audio = null;
  let sounded = { priority: 0, at: -Infinity };
  const pulse = (at, priority) => {
    for (const [harmonic, level] of [[1, 0.2], [2, 0.15], [3, 0.12], [4, 0.1]]) {
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.frequency.value = (priority === 3 ? 440 : 330) * harmonic;
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(level, at + 0.02);
      gain.gain.setValueAtTime(level, at + 0.13);
      gain.gain.linearRampToValueAtTime(0, at + 0.16);
      tone.connect(gain).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.18);
    }
  };
  const play = (priority) => BURSTS[priority].forEach((at) => pulse(audio.currentTime + 0.05 + at, priority));
  const toggleSound = () => {
    const control = document.getElementById("desk-sound");
    if (audio) {
      audio.close();
      audio = null;
    } else {
      audio = new AudioContext();
      play(1);
    }
    control.setAttribute("aria-pressed", audio ? "true" : "false");
    control.textContent = audio ? "Sound on" : "Sound off";
  };
  setInterval(() => {
    const clock = document.getElementById("desk-clock");
    const priority = Number((clock && clock.dataset.unheard) || 0);
    const now = performance.now();
    if (priority !== sounded.priority) sounded = { priority, at: -Infinity };
    if (!audio || priority < 1 || now - sounded.at < EVERY_MS[priority]) return;
    sounded.at = now;
    play(Math.min(priority, 3));
  }, 300);
})();
