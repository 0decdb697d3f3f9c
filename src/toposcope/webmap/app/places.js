// Draws the places of the article: a solid symbol for a scene, a hollow badge for an actor, a flag for a place of
// reporting, a shape for a country, a dashed outline for whatever has an extent rather than a spot.

const MOST_BUTTONS = 300; // above it, symbols are drawn on a canvas; the table of places stays the keyboard's way in
const CROWD_SHRINK = 0.55; // and smaller, or hundreds of them are one blot
const BADGE_HALF_HEIGHT = 13;
const CIRCLE_POINTS = 72;

const SMALLEST_SYMBOL = 6; // radii in pixels
const LARGEST_SYMBOL = 22;
const SYMBOL_GROWTH = 3.2; // by the root of the mentions, so that the area tells; less where one would outgrow the rest

function symbolScale(places) {
  const most = Math.max(1, ...places.map((place) => place.scenes.length));
  const growth = Math.min(SYMBOL_GROWTH, (LARGEST_SYMBOL - SMALLEST_SYMBOL) / Math.sqrt(most - 0.5));
  return (count) => Math.round(SMALLEST_SYMBOL + growth * Math.sqrt(count - 0.5));
}

function drawPlaces(map, world, article, base, select) {
  const groups = { scene: L.layerGroup(), origin: L.layerGroup(), actor: L.layerGroup() };
  const named = L.layerGroup().addTo(map); // first, so that the scenes' shapes lie above
  const scenes = article.places.filter((place) => place.scenes.length);
  const many = scenes.length > MOST_BUTTONS;
  const canvas = many ? L.canvas({ padding: 0.3 }) : null;

  for (const place of article.places) {
    place.shape = place.kind === "country" ? countryShape(world, place, base.turns) : null;
    if (!place.shape) Object.assign(place, { labelLat: place.lat, mapLabelLon: place.mapLon });
  }
  const radiusOf = symbolScale(scenes.filter((place) => !place.area));
  // One extent is a help; several lie over each other and hide the map, so that names stand for them until chosen.
  const extents = scenes.filter(hasExtent);
  for (const place of extents) place.quiet = extents.length > 1;
  for (const place of scenes) {
    if (place.area) drawArea(place, base.renderer, select).addTo(groups.scene);
    else drawPoint(place, radiusOf, canvas, select).addTo(groups.scene);
  }
  for (const place of article.places) {
    // "SUVA, Fiji": the town gets the flag. An area has no spot to plant one; its text is marked.
    if (place.origins.length && !place.scenes.length && !place.area) drawFlag(place, select).addTo(groups.origin);
    if (place.actors.length) drawBadge(place, select).addTo(groups.actor);
    place.named = isNamed(place);
    if (place.named) drawArea(place, base.renderer, select).addTo(named);
  }
  return groups;
}

// A country that acts, or is a dateline, has no scene, but the story is about it as well: it is told, quietly.
const isNamed = ({ shape, scenes, mentions, actors }) =>
  Boolean(shape) && !scenes.length && (actors.length > 0 || mentions.some(({ role }) => role !== "demonym"));

const hasExtent = ({ area, shape, kind }) => area && !shape && kind !== "water";

function countryShape(world, place, turns) {
  const country = world.byCode.get(place.cc);
  if (!country) return null;
  const [lat, lon] = country.label;
  place.labelLat = lat;
  place.mapLabelLon = wrapNear(lon, place.mapLon);
  return turns.flatMap((turn) => shapeOf(world, country, turn));
}

// --- Areas

// Bounds of what is drawn for a place; of a spot, a box of its extent.
function boundsOf(place) {
  if (place.shape) return (place.bounds ??= mainBounds(place));
  if (place.bbox) {
    const [south, west, north, east] = place.bbox;
    const width = east < west ? east - west + 360 : east - west;
    const wrapped = wrapNear(west + width / 2, place.mapLon) - width / 2;
    return L.latLngBounds([Math.max(south, -MERCATOR_LAT), wrapped], [Math.min(north, MERCATOR_LAT), wrapped + width]);
  }
  return L.latLngBounds(circleAround(place, Math.max(place.extent, 1)));
}

// A country's largest polygon and what lies near it: Hawaii and Alaska must not push the United States aside.
function mainBounds(place) {
  const boxes = place.shape.map((polygon) => L.latLngBounds(polygon[0]));
  const home = boxes.filter((bounds) => bounds.contains([place.labelLat, place.mapLabelLon]));
  const main = home.reduce((best, bounds) => (spanOf(bounds) > spanOf(best) ? bounds : best), home[0] ?? boxes[0]);
  const near = main.pad(0.1);
  const all = L.latLngBounds(main.getSouthWest(), main.getNorthEast());
  return boxes.filter((bounds) => near.intersects(bounds)).reduce((sum, bounds) => sum.extend(bounds), all);
}

const spanOf = (bounds) => (bounds.getNorth() - bounds.getSouth()) * (bounds.getEast() - bounds.getWest());

// A circle of so many km on the sphere, cut off where the map ends.
function circleAround(place, radiusKm) {
  const rad = Math.PI / 180;
  const angle = Math.min(radiusKm / 6371.0088, Math.PI / 2);
  const lat0 = place.lat * rad;
  return Array.from({ length: CIRCLE_POINTS }, (_, step) => {
    const bearing = (2 * Math.PI * step) / CIRCLE_POINTS;
    const sinLat = Math.sin(lat0) * Math.cos(angle) + Math.cos(lat0) * Math.sin(angle) * Math.cos(bearing);
    const lat = Math.asin(Math.max(-1, Math.min(1, sinLat)));
    const lon = Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(lat0), Math.cos(angle) - Math.sin(lat0) * sinLat);
    return [Math.max(-MERCATOR_LAT, Math.min(MERCATOR_LAT, lat / rad)), place.mapLon + lon / rad];
  });
}

// A box with its corners rounded off (a superellipse): it says "about here" where a rectangle would claim edges.
function roundedBox(bounds) {
  const { lat, lng } = bounds.getCenter();
  const [halfHeight, halfWidth] = [bounds.getNorth() - lat, bounds.getEast() - lng];
  const power = 2 / 5;
  return Array.from({ length: CIRCLE_POINTS }, (_, step) => {
    const turn = (2 * Math.PI * step) / CIRCLE_POINTS;
    const bend = (value) => Math.sign(value) * Math.abs(value) ** power;
    return [lat + halfHeight * bend(Math.sin(turn)), lng + halfWidth * bend(Math.cos(turn))];
  });
}

function ringsOf(place) {
  if (place.shape) return place.shape.flat();
  return [place.bbox ? roundedBox(boundsOf(place)) : circleAround(place, Math.max(place.extent, 1))];
}

function outlineOf(place, renderer, className) {
  const options = { renderer, pane: renderer.options.pane, className, smoothFactor: 0.7 };
  return L.polygon(place.shape ?? ringsOf(place), options);
}

function drawArea(place, renderer, select) {
  const layer = outlineOf(place, renderer, ["area", place.kind, place.named ? "named" : place.shape ? "shape" : "", place.quiet ? "quiet" : ""].join(" ").trim());
  place.layer = layer;
  layer.on("click", () => select(place));
  layer.on("add", () => connect(place, layer.getElement()));
  return layer;
}

// --- Symbols

function describePlace(place, count, role) {
  const doubt = place.doubtful ? "uncertain" : `${confidence(place.score)} confidence`;
  return `${place.name}, ${whereIs(place)}, ${role}, ${plural(count, "mention")}, ${doubt}`;
}

function drawPoint(place, radiusOf, canvas, select) {
  const count = place.scenes.length;
  const radius = radiusOf(count) * (canvas ? CROWD_SHRINK : 1);
  place.radius = radius;
  if (canvas) {
    const className = place.doubtful ? "doubtful" : place.kind;
    place.layer = L.circleMarker([place.lat, place.mapLon], { renderer: canvas, radius, ...canvasStyle(className) });
    place.layer.on("click", () => select(place));
    place.layer.on("mouseover mouseout", (event) => highlight(place, event.type === "mouseover"));
    return place.layer;
  }
  const dot = h("span", "dot", place.doubtful ? "?" : count > 1 ? String(count) : "");
  const parts = place.origins.length ? [dot, flag("flag small")] : [dot];
  const kind = place.kind === "settlement" ? "round" : place.kind === "facility" ? "square" : "diamond";
  const className = `symbol point ${kind}${place.doubtful ? " doubtful" : ""}${place.fixed ? " fixed" : ""}`;
  if (kind === "diamond") place.radius *= 1.2; // it stands on its corner
  const layer = marker(place, [place.lat, place.mapLon], className, parts, 2 * radius, describePlace(place, count, "scene"), select);
  layer.on("add", () => (place.symbol = layer.getElement()));
  layer.on("remove", () => (place.symbol = null));
  return layer;
}

function drawFlag(place, select) {
  const label = describePlace(place, place.origins.length, "dateline");
  place.flagged = true;
  return marker(place, [place.lat, place.mapLon], "symbol origin", [flag("flag")], 22, label, select);
}

// An actor is no place on the ground: its badge carries its name and stands on what it acts for.
function drawBadge(place, select) {
  const count = place.actors.length;
  const parts = [h("span", "badge", count > 1 ? `${place.name} ${count}` : place.name)];
  const at = [place.labelLat, place.mapLabelLon];
  const layer = marker(place, at, "symbol actor", parts, 26, describePlace(place, count, "actor"), select);
  layer.on("add", () => (place.badge = layer.getElement()));
  layer.on("remove", () => (place.badge = null));
  return layer;
}

function marker(place, at, className, parts, size, label, select) {
  const side = Math.max(24, size); // smaller targets are missed by thumbs and trembling hands (WCAG 2.5.8)
  const icon = L.divIcon({ className, iconSize: [side, side], html: h("span", "symbol-body", parts) });
  // The smaller symbol lies on top, or a town's neighbour would vanish under it.
  const layer = L.marker(at, { icon, riseOnHover: true, zIndexOffset: -10 * place.mentions.length });
  layer.on("click", () => select(place));
  layer.on("add", () => {
    const element = layer.getElement();
    element.setAttribute("aria-label", label);
    element.style.setProperty("--size", `${size}px`);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return; // Leaflet answers to keys for its own popups only
      event.preventDefault();
      select(place);
    });
    connect(place, element);
  });
  return layer;
}

function canvasStyle(className) {
  const style = getComputedStyle(document.documentElement);
  const colour = style.getPropertyValue(className === "facility" ? "--facility" : "--scene").trim();
  const paper = style.getPropertyValue("--halo").trim();
  if (className === "doubtful") return { color: colour, fillColor: paper, fillOpacity: 0.9, weight: 2, dashArray: "3 3" };
  return { color: paper, fillColor: colour, fillOpacity: 0.9, weight: 1 };
}

// Symbols that would hide each other are moved apart, the smaller one by less than the larger one's width; badges,
// which stand for no spot, step down below all others. `spots`: [{ x, y, r, badge? }] in pixels; each gets its `shift`.
function moveApart(spots) {
  const settled = [];
  const order = (one, other) =>
    Boolean(one.badge) - Boolean(other.badge) || (one.badge ? one.y - other.y : other.r - one.r);
  for (const spot of spots.slice().sort(order)) {
    let [dx, dy] = [0, 0];
    // From the top down: a badge that steps down meets only what it has not passed yet.
    for (const other of spot.badge ? settled.sort((one, next) => one.y - next.y) : settled) {
      if (spot.badge) {
        const beside = Math.abs(spot.x - other.x) > spot.r + other.r;
        const reach = BADGE_HALF_HEIGHT + (other.badge ? BADGE_HALF_HEIGHT : other.r) + 2;
        if (!beside && Math.abs(spot.y + dy - other.y) < reach) dy = other.y + reach - spot.y;
        continue;
      }
      const apart = Math.hypot(spot.x + dx - other.x, spot.y + dy - other.y);
      const least = (spot.r + other.r) * 0.95;
      if (apart >= least) continue;
      // Two on one point: one goes to the lower left, away from where names are written first.
      const angle = apart < 0.5 ? 2.4 : Math.atan2(spot.y + dy - other.y, spot.x + dx - other.x);
      dx += Math.cos(angle) * (least - apart);
      dy += Math.sin(angle) * (least - apart);
    }
    spot.shift = { x: Math.round(dx), y: Math.round(dy) };
    settled.push({ ...spot, x: spot.x + dx, y: spot.y + dy });
  }
}

// --- Light links between symbols and text: hovering or focusing one marks the other.

function connect(place, element) {
  if (!element) return;
  place.elements = [...(place.elements ?? []), element];
  for (const [type, on] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
    element.addEventListener(type, () => highlight(place, on));
  }
}

function highlight(place, on) {
  for (const element of place.elements ?? []) element.classList.toggle("hover", on);
  for (const mention of place.mentions) mention.element?.classList.toggle("hover", on);
}

// --- Rejected candidates, shown while their list is open.

function drawGhosts(map, renderer, place, rejected, places) {
  const group = L.layerGroup();
  const names = [];
  for (const [index, score] of rejected) {
    const ghost = places[index];
    const at = [ghost.lat, wrapNear(ghost.lon, place?.mapLon ?? ghost.mapLon)];
    if (place) {
      const from = [place.area ? place.labelLat : place.lat, place.area ? place.mapLabelLon : place.mapLon];
      L.polyline([from, at], { renderer, pane: "areas", className: "ghost-line", interactive: false }).addTo(group);
    }
    const dot = h("span", "symbol-body", [h("span", "ghost-dot")]);
    const icon = L.divIcon({ className: "symbol ghost", iconSize: [18, 18], html: dot });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(group);
    names.push({ text: `${ghost.name} ${percent(score)}`, at });
  }
  return { group: group.addTo(map), names };
}
