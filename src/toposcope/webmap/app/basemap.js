// Draws the base map: land, borders, disputed lines, and the countries of the story as shapes of their own.

const MERCATOR_LAT = 85;
const LABEL_GRID = 14; // rows and columns of spots that are tried for an area's name

function readWorld(world) {
  const { scale, translate } = world;
  // Each line is a run of steps on a grid, as [longitude, latitude].
  world.lines = world.arcs.map((steps) => {
    const line = [];
    for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      line.push([x * scale[0] + translate[0], y * scale[1] + translate[1]]);
    }
    return line;
  });
  world.byCode = new Map(world.countries.filter(({ code }) => code).map((country) => [country.code, country]));
  return world;
}

function ringOf(world, arcs) {
  const ring = [];
  for (const arc of arcs) {
    const line = arc < 0 ? world.lines[~arc].slice().reverse() : world.lines[arc];
    ring.push(...(ring.length ? line.slice(1) : line));
  }
  return ring;
}

// Rings of a country, as Leaflet wants them: [latitude, longitude], moved by whole turns of the globe.
function shapeOf(world, country, turn) {
  return country.polygons.map((polygon) =>
    polygon.map((arcs) => ringOf(world, arcs).map(([lon, lat]) => [Math.max(-MERCATOR_LAT, lat), lon + turn])),
  );
}

// The turns of the globe in which the map is drawn: twice where the view comes near the date line.
function turnsFor(middle) {
  return Math.abs(middle) > 30 ? [0, 360 * Math.sign(middle)] : [0];
}

function drawBaseMap(map, world, article) {
  map.createPane("land").style.zIndex = 200;
  map.createPane("areas").style.zIndex = 300;
  const renderer = L.svg({ pane: "land", padding: 0.5 });
  const turns = turnsFor(article.middle);
  const quiet = { renderer, pane: "land", interactive: false, smoothFactor: 0.7 };
  const lines = (arcs, turn) => arcs.map((arc) => world.lines[arc].map(([lon, lat]) => [lat, lon + turn]));
  for (const turn of turns) {
    const land = world.countries.flatMap((country) => shapeOf(world, country, turn));
    L.polygon(land, { ...quiet, className: "land" }).addTo(map);
    L.polyline(lines(world.borders, turn), { ...quiet, className: "border" }).addTo(map);
    L.polyline(lines(world.disputed, turn), { ...quiet, className: "border disputed" }).addTo(map);
  }
  return { renderer, turns };
}

// Where the pen could write an area's name: on its own label point, else in the part of it that is in view, the
// spots nearest to that part's middle first.
function spotsInside(map, place, rings) {
  const size = map.getSize();
  const own = map.latLngToContainerPoint([place.labelLat, place.mapLabelLon]);
  const projected = rings.map((ring) => ring.map((point) => map.latLngToContainerPoint(point)));
  const inside = [];
  for (let row = 1; row < LABEL_GRID; row++) {
    for (let column = 1; column < LABEL_GRID; column++) {
      const spot = L.point((size.x * column) / LABEL_GRID, (size.y * row) / LABEL_GRID);
      if (isInside(spot, projected)) inside.push(spot);
    }
  }
  if (!inside.length) return [own];
  const middle = inside.reduce((sum, spot) => sum.add(spot), L.point(0, 0)).divideBy(inside.length);
  inside.sort((a, b) => a.distanceTo(middle) - b.distanceTo(middle));
  return [own, ...inside.slice(0, 40)];
}

// Even-odd rule over all rings at once, so that holes count as outside.
function isInside({ x, y }, rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[i], ring[j]];
      if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    }
  }
  return inside;
}
