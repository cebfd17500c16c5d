/* A calm countdown for learners who have asked to be timed: words and a bar, once a second, nothing that flashes.
   It stands still while the page is not looked at or the setting is open, and says aloud only half, ten seconds, over. */
"use strict";

for (const limit of document.querySelectorAll("[data-limit]")) {
  const whole = Number(limit.dataset.limit);
  const words = limit.querySelector(".limit-left");
  const bar = limit.querySelector(".limit-bar");
  const aloud = limit.querySelector("[role=status]");
  const over = limit.querySelector(".limit-over");
  const setting = limit.querySelector("details");
  const isSent = () => [...document.forms].some((form) => form.dataset.sent);
  const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const say = (text) => { if (aloud.textContent !== text) aloud.textContent = text; };
  let left = whole;
  const show = () => {
    words.textContent = shown(left);
    bar.value = left;
    if (left === 0) say(limit.dataset.over);
    else if (left <= 10 && whole > 20) say(limit.dataset.soon);
    else if (left <= whole / 2) say(limit.dataset.half);
  };
  words.setAttribute("role", "timer");
  bar.hidden = false;
  show();
  const ticking = setInterval(() => {
    if (document.hidden || setting.open || isSent()) return;
    left -= 1;
    show();
    if (left > 0) return;
    clearInterval(ticking);
    over.requestSubmit();
  }, 1000);
}
