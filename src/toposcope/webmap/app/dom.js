// Small helpers for the page. Text of the document reaches the page through `textContent` alone, never as markup.

const byId = (id) => document.getElementById(id);
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const phone = matchMedia("(max-width: 760px)");
const SVG = "http://www.w3.org/2000/svg";

// An element with class, text or children: h("p", "meta", "Libya"), h("li", "", [strong, " said"]).
function h(tag, className, content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (Array.isArray(content)) element.append(...content.filter((part) => part != null));
  else if (content != null) element.textContent = content;
  return element;
}

function button(className, content, onClick, label) {
  const element = h("button", className, content);
  element.type = "button";
  element.addEventListener("click", onClick);
  if (label) element.setAttribute("aria-label", label);
  return element;
}

function svg(className, box, path) {
  const image = document.createElementNS(SVG, "svg");
  image.setAttribute("class", className);
  image.setAttribute("viewBox", box);
  image.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  image.append(line);
  return image;
}

const flag = (className) => svg(className, "0 0 12 16", "M2 1v15M2 2h9l-2.6 3L11 8H2z");

const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : (many ?? one + "s")}`;
const percent = (score) => (score > 0 && score < 0.01 ? "<1%" : `${Math.round(score * 100)}%`);
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function announce(message) {
  byId("live").textContent = message;
}

const groupBy = (items, keyOf) => {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (groups.has(key)) groups.get(key).push(item);
    else groups.set(key, [item]);
  }
  return groups;
};
