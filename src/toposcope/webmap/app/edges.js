// Chips at the edge of the map for places that are out of view: their name, an arrow, and a click that goes there.

const CHIP = { height: 28, gap: 4, margin: 8, step: 14 };

// What the view leaves outside, the most mentioned first. Drawn only where the edge is free: `taken` grows by them.
function drawEdgeChips(map, layer, places, taken, fly) {
  const size = map.getSize();
  const most = phone.matches ? 3 : 7;
  const chips = document.createDocumentFragment();
  const outside = places.filter((place) => isOutside(map, place, size)).sort((a, b) => weightOf(b) - weightOf(a));
  let drawn = 0;
  for (const place of outside) {
    if (drawn === most) break;
    const target = map.latLngToContainerPoint([place.labelLat, place.mapLabelLon]);
    const width = Math.min(180, widthOf(place.name, "point") + 44);
    const spot = edgeSpot(target, width, size, taken);
    if (!spot) continue;
    taken.add(spot);
    chips.append(chip(place, target, spot, size, fly));
    drawn++;
  }
  layer.replaceChildren(chips);
}

// Scenes before whatever is named more often.
const weightOf = (place) => 1000 * Math.min(1, place.scenes.length) + place.mentions.length;

function isOutside(map, place, size) {
  if (place.area && place.scenes.length) return !map.getBounds().intersects(boundsOf(place));
  const { x, y } = map.latLngToContainerPoint([place.labelLat, place.mapLabelLon]);
  return x < 4 || y < 4 || x > size.x - 4 || y > size.y - 4;
}

// The free spot at the edge nearest to where the line from the middle to the place leaves the map.
function edgeSpot(target, width, size, taken) {
  const { height, margin, step, gap } = CHIP;
  const middle = size.divideBy(2);
  const direction = target.subtract(middle);
  const reach = Math.min(
    (middle.x - margin) / Math.abs(direction.x || 1e-9),
    (middle.y - margin) / Math.abs(direction.y || 1e-9),
  );
  const exit = middle.add(direction.multiplyBy(Math.min(reach, 1e6)));
  const spots = [];
  const right = size.x - margin - width;
  const bottom = size.y - margin - height - 18; // above the line of credits
  for (let y = margin; y <= bottom; y += step) spots.push([margin, y], [right, y]);
  for (let x = margin; x <= right; x += step) spots.push([x, margin], [x, bottom]);
  const away = ([x, y]) => (x + width / 2 - exit.x) ** 2 + (y + height / 2 - exit.y) ** 2;
  spots.sort((a, b) => away(a) - away(b));
  // A chip far from where the place lies would point the wrong way: better none.
  const near = spots.filter((spot) => away(spot) < (0.3 * (size.x + size.y)) ** 2);
  for (const [x, y] of near) {
    const spot = box(x - gap, y - gap, width + 2 * gap, height + 2 * gap);
    if (taken.isFree(spot)) return spot;
  }
  return null;
}

function chip(place, target, spot, size, fly) {
  const arrow = svg("arrow", "0 0 12 12", "M1 6h9M6.5 2.5 10 6l-3.5 3.5");
  const role = place.scenes.length ? "scene" : place.origins.length ? "origin" : "actor";
  const element = button(`chip-edge ${role}`, [h("span", "", place.name), arrow], () => fly(place), `${place.name}, outside the view: go there`);
  const centre = L.point((spot.left + spot.right) / 2, (spot.top + spot.bottom) / 2);
  const direction = target.subtract(centre);
  arrow.style.rotate = `${Math.atan2(direction.y, direction.x)}rad`;
  element.style.left = `${spot.left + CHIP.gap}px`;
  element.style.top = `${spot.top + CHIP.gap}px`;
  return element;
}
