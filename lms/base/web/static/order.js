/* Things in order: tap a line to put it next, move it with buttons or by dragging. What is sent are the fields of the page,
   which stay in it: without this script one fills them in by hand. */
"use strict";

for (const box of document.querySelectorAll("[data-order]")) {
  const words = box.dataset;
  const [taken, rest, none, told] = ["taken", "rest", "none", "told"].map((name) => box.querySelector(`[data-${name}]`));
  const label = (item) => item.querySelector(".order-label").textContent.trim();
  const say = (form, values) => { told.textContent = form.replace(/\{(\w+)\}/g, (_, name) => values[name]); };

  const make = (name, word, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `btn small ${name}`;
    button.textContent = word;
    button.addEventListener("click", act);
    return button;
  };

  const settle = () => {
    [...taken.children].forEach((item, at, all) => {
      item.querySelector("select").value = String(at + 1);
      item.querySelector(".up").disabled = at === 0;
      item.querySelector(".down").disabled = at === all.length - 1;
      item.draggable = true;
    });
    for (const item of rest.children) { item.querySelector("select").value = ""; item.draggable = false; }
    none.hidden = taken.children.length > 0;
    taken.hidden = !none.hidden;
    box.querySelector("[data-name=rest]").hidden = rest.children.length === 0;
  };

  const tell = (item) => say(words.place, { label: label(item), place: [...taken.children].indexOf(item) + 1, count: taken.children.length });
  const put = (item, focus) => { taken.append(item); settle(); tell(item); if (focus) (item.querySelector(".up:enabled") || item.querySelector(".out")).focus(); };
  const move = (item, by) => {
    if (by < 0) item.previousElementSibling.before(item); else item.nextElementSibling.after(item);
    settle();
    tell(item);
    const pressed = item.querySelector(by < 0 ? ".up" : ".down");
    (pressed.disabled ? item.querySelector(by < 0 ? ".down" : ".up") : pressed).focus();
  };
  const leave = (item) => { rest.append(item); settle(); say(words.gone, { label: label(item) }); item.querySelector(".in").focus(); };

  const items = [...rest.children];
  for (const item of items) {
    item.querySelector("select").required = false;
    item.querySelector(".order-place").hidden = true;
    const about = item.querySelector(".order-label").id;
    const tools = document.createElement("span");
    tools.className = "order-tools";
    tools.append(make("in", words.in, () => put(item, rest.children.length === 1)), make("up", words.up, () => move(item, -1)), make("down", words.down, () => move(item, 1)), make("out", words.out, () => leave(item)));
    for (const button of tools.children) button.setAttribute("aria-describedby", about);
    item.append(tools);
    item.addEventListener("dragstart", () => item.classList.add("dragged"));
    item.addEventListener("dragend", () => { item.classList.remove("dragged"); settle(); tell(item); });
  }
  taken.addEventListener("dragover", (event) => {
    const held = taken.querySelector(".dragged");
    if (!held) return;
    event.preventDefault();
    const before = [...taken.children].find((each) => each !== held && event.clientY < each.getBoundingClientRect().top + each.offsetHeight / 2);
    if (before) before.before(held); else taken.append(held);
  });
  const placed = items.filter((item) => item.querySelector("select").value);
  placed.sort((one, other) => one.querySelector("select").value - other.querySelector("select").value);
  taken.append(...placed);
  box.querySelector("[data-name=taken]").hidden = false;
  box.classList.add("live");
  settle();
}
