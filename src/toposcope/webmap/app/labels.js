// Writes names onto the map so that none covers another, nor a symbol, a chip or the card.
//
// Names are laid anew after each move: the weightiest first, each at the first of its possible spots that is free.
// What finds no room is left out; the names of the story come before the quiet ones of the base map.

const LABEL_STYLES = {
  // font must agree with app.css, where the same classes set it: the canvas only measures
  point: { font: "600 13px system-ui, sans-serif", height: 17, spacing: 0 },
  origin: { font: "600 12px system-ui, sans-serif", height: 16, spacing: 0 },
  "ghost-name": { font: "12px system-ui, sans-serif", height: 16, spacing: 0 },
  country: { font: "700 12px system-ui, sans-serif", height: 16, spacing: 1.7, upper: true },
  named: { font: "600 11px system-ui, sans-serif", height: 15, spacing: 1.6, upper: true },
  area: { font: "italic 600 13px system-ui, sans-serif", height: 17, spacing: 0.4 },
  water: { font: "italic 600 13px Georgia, serif", height: 17, spacing: 0.6 },
  "quiet-country": { font: "600 10.5px system-ui, sans-serif", height: 14, spacing: 1.5, upper: true },
  "quiet-water": { font: "italic 12px Georgia, serif", height: 15, spacing: 0.8 },
  "quiet-town": { font: "11px system-ui, sans-serif", height: 14, spacing: 0 },
};

const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();

function widthOf(text, style) {
  const key = `${style}\n${text}`;
  if (!widths.has(key)) {
    const { font, spacing, upper } = LABEL_STYLES[style];
    pen.font = font;
    widths.set(key, Math.ceil(pen.measureText(upper ? text.toUpperCase() : text).width + spacing * text.length) + 4);
  }
  return widths.get(key);
}

const overlaps = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
const box = (left, top, width, height) => ({ left, top, right: left + width, bottom: top + height });

// The boxes that are taken, in cells: among thousands of symbols only near ones need to be looked at.
class Taken {
  static CELL = 64; // pixels

  constructor(boxes = []) {
    this.boxes = [];
    this.cells = new Map();
    for (const taken of boxes) this.add(taken);
  }

  *near({ left, top, right, bottom }) {
    const cell = (value) => Math.floor(value / Taken.CELL);
    for (let x = cell(left); x <= cell(right); x++) {
      for (let y = cell(top); y <= cell(bottom); y++) yield `${x},${y}`;
    }
  }

  copy() {
    return new Taken(this.boxes);
  }

  add(taken) {
    this.boxes.push(taken);
    for (const key of this.near(taken)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(taken);
    }
  }

  isFree(candidate) {
    for (const key of this.near(candidate)) {
      if (this.cells.get(key)?.some((taken) => overlaps(candidate, taken))) return false;
    }
    return true;
  }
}

// Spots of a label around a symbol of radius r (right, left, above, below, corners), or on a point itself.
function spotsAround({ x, y }, width, height, r) {
  const gap = r + 3;
  const diagonal = r * 0.7 + 2;
  const right = x + gap;
  const left = x - gap - width;
  const above = y - gap - height;
  const below = y + gap;
  const spots = [
    [right, y - height / 2],
    [left, y - height / 2],
    [x + diagonal, y - diagonal - height],
    [x + diagonal, y + diagonal],
    [x - width / 2, above],
    [x - width / 2, below],
    [x - diagonal - width, y - diagonal - height],
    [x - diagonal - width, y + diagonal],
    // Between these, where a neighbour is in the way.
    ...[0.15, 0.85, 0.3, 0.7].flatMap((share) => [
      [x - share * width, above],
      [x - share * width, below],
      [right, y - share * height],
      [left, y - share * height],
    ]),
  ];
  return spots.map(([spotX, spotY]) => box(spotX, spotY, width, height));
}

function spotsOn({ x, y }, width, height) {
  const steps = [0, -1.3, 1.3, -2.6, 2.6, -4, 4];
  return steps.flatMap((step) =>
    [0, -0.35, 0.35].map((aside) => box(x - width / 2 + aside * width, y - height / 2 + step * height, width, height)),
  );
}

// Finds room for labels: [{ text, style, at: container point, others?: further points, radius?, place?, town? }], weightiest first.
// taken: what must stay free, in container pixels; the spots found are added to it. Returns [label, spot] pairs.
function placeLabels(map, labels, taken) {
  const size = map.getSize();
  const screen = { left: 2, top: 2, right: size.x - 2, bottom: size.y - 2 };
  const placed = [];
  for (const label of labels) {
    const { height } = LABEL_STYLES[label.style];
    const width = widthOf(label.text, label.style);
    const spot = spotsOf(label, width, height).find(
      (candidate) =>
        candidate.left >= screen.left &&
        candidate.right <= screen.right &&
        candidate.top >= screen.top &&
        candidate.bottom <= screen.bottom &&
        taken.isFree(candidate),
    );
    if (!spot) continue;
    taken.add(spot);
    placed.push([label, spot]);
  }
  return placed;
}

function writeLabels(map, pane, placed) {
  const written = document.createDocumentFragment();
  for (const [label, spot] of placed) {
    written.append(labelElement(map, label, spot));
    if (label.town) written.append(townDot(map, label.at));
  }
  pane.replaceChildren(written);
}

function spotsOf({ at, others, radius, style }, width, height) {
  if (radius != null) return spotsAround(at, width, height, radius);
  const spots = spotsOn(at, width, height);
  if (style.startsWith("quiet")) return spots.slice(0, 1); // the base map's names are no loss
  return [...spots, ...(others ?? []).map(({ x, y }) => box(x - width / 2, y - height / 2, width, height))];
}

function labelElement(map, label, spot) {
  const element = h("span", `label ${label.style}${label.doubtful ? " doubtful" : ""}`, label.text);
  // The symbol and the article already name it: a screen reader need not hear it a third time.
  element.setAttribute("aria-hidden", "true");
  if (label.place) {
    element.classList.add("clickable");
    element.dataset.place = label.place.index;
  }
  L.DomUtil.setPosition(element, map.containerPointToLayerPoint([spot.left, spot.top]).round());
  element.style.width = `${spot.right - spot.left}px`;
  return element;
}

function townDot(map, at) {
  const dot = h("span", "town-dot");
  L.DomUtil.setPosition(dot, map.containerPointToLayerPoint(at).round());
  return dot;
}

// The quiet names of the base map that suit a zoom: larger countries and towns first.
function baseLabels(map, world, article, told) {
  const zoom = map.getZoom();
  const bounds = map.getBounds().pad(0.05);
  const labels = [];
  const seen = (lat, lon) => {
    const wrapped = wrapNear(lon, article.middle);
    return bounds.contains([lat, wrapped]) ? map.latLngToContainerPoint([lat, wrapped]) : null;
  };
  // A country is named when the map shows it at some 50 px or more; areas are in square degrees.
  for (const { code, name, label } of world.countries) {
    if (!code || told.countries.has(code)) continue;
    const [lat, lon, area] = label;
    const at = Math.sqrt(area) * (256 / 360) * 2 ** zoom > 48 && seen(lat, lon);
    if (at) labels.push({ text: name, style: "quiet-country", at, weight: area });
  }
  for (const [name, lat, lon, rank] of world.waters) {
    const at = rank <= zoom - 1 && !told.names.has(fold(name)) && seen(lat, lon);
    if (at) labels.push({ text: name, style: "quiet-water", at, weight: 300 / rank });
  }
  labels.sort((a, b) => b.weight - a.weight);
  for (const [name, lat, lon, rank] of world.towns) {
    const at = rank <= zoom - 3 && !told.names.has(fold(name)) && seen(lat, lon);
    if (at) labels.push({ text: name, style: "quiet-town", at, radius: 2, town: true });
  }
  return labels;
}
