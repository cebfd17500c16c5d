/* Small helps on top of pages that work without them. No dependency.
   1 A form is sent once: a second press does nothing until the page is shown again.
   2 The choice that was pressed looks pressed, and says that it is on its way.
   3 Menus close with Escape or a press beside them.
   4 Words in a text field are saved while one writes, where the page offers an address for it.
   5 A part that waits for something looks again by itself, for a while. */
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const control of document.querySelectorAll("[aria-busy]")) control.removeAttribute("aria-busy");
});

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(except)) menu.open = false;
};
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement.closest("details.menu[open]");
  closeMenus(null);
  if (menu) menu.querySelector("summary").focus();
});

for (const area of document.querySelectorAll("textarea[data-autosave]")) {
  const note = area.parentElement.querySelector(".saved");
  let waiting = 0;
  let last = area.value;
  const save = async () => {
    waiting = 0;
    const words = area.value;
    if (words === last || area.form.dataset.sent) return;
    note.textContent = area.dataset.saving;
    try {
      const answer = await fetch(area.dataset.autosave, { method: "POST", body: new URLSearchParams(new FormData(area.form)), headers: { Accept: "application/json" }, redirect: "manual" });
      if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(answer.status);
      last = words;
      note.textContent = area.dataset.saved;
    } catch {
      note.textContent = area.dataset.unsaved;
    }
  };
  area.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(save, 1500); });
  area.addEventListener("blur", () => { if (waiting) { clearTimeout(waiting); save(); } });
}

for (const part of document.querySelectorAll("[data-waits]")) {
  let left = 20;
  const look = async () => {
    try {
      const answer = await fetch(location.pathname, { redirect: "error" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
      if (fresh && !("waits" in fresh.dataset)) { part.replaceChildren(...fresh.childNodes); part.removeAttribute("data-waits"); return; }
    } catch { /* away for a moment: the next look may find it */ }
    if (left--) setTimeout(look, 2000);
  };
  setTimeout(look, 1500);
}
