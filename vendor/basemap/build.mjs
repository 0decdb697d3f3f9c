// Makes src/toposcope/webmap/basemap/world.json.gz from Natural Earth's 1:50m countries (npm world-atlas).
//
//   npm install && node build.mjs
//
// What it changes, and why, is told in README.md. The same input gives the same bytes.
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import polylabel from "polylabel";
import { feature } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";

// Steradians: the smallest triangle that a vertex must span to be kept, about 6 km by 6 km.
// A fifth of it would add 20 KB to every page, for corners that are seen at zoom 8 only.
const SMALLEST_TRIANGLE = 5e-7;
const QUANTISATION = 2e4; // grid of 0.018° by 0.009°, a pixel at zoom 6; a finer one adds 25 KB
const MOROCCO_SOUTH = 27.6667; // the parallel that Morocco's border of 1956 follows: what lies south of it is Western Sahara

const here = (name) => new URL(name, import.meta.url);
const atlas = JSON.parse(readFileSync(here("node_modules/world-atlas/countries-50m.json"), "utf8"));
const source = feature(atlas, atlas.objects.countries).features;

const csv = (name) =>
  readFileSync(here(name), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));

const codes = csv("countries.csv");
const codeOf = Object.fromEntries(codes.map(([numeric, code]) => [numeric.padStart(3, "0"), code]));
const nameOf = Object.fromEntries(codes.map(([, code, name]) => [code, name]));

const polygonsOf = ({ type, coordinates }) => (type === "Polygon" ? [coordinates] : coordinates).map(unwrapPolygon);

// world-atlas sews polygons together across the 180th meridian. Here they run on past it (Chukotka to 190° east), as a
// flat map needs them; Antarctica, which goes all the way round, gets the corners that close it below the pole.
function unwrapPolygon(polygon) {
  const rings = polygon.map(unwrapRing);
  const west = Math.min(...rings[0].map(([lon]) => lon));
  const east = Math.max(...rings[0].map(([lon]) => lon));
  const turn = -360 * Math.round((west + east) / 2 / 360);
  return rings.map((ring) => ring.map(([lon, lat]) => [lon + turn, lat]));
}

function unwrapRing(ring) {
  const unwrapped = continued(ring);
  const [first, last] = [unwrapped[0], unwrapped[unwrapped.length - 1]];
  if (Math.abs(first[0] - last[0]) < 1) return unwrapped;
  // Round the pole: begun anew at the meridian, and closed along the map's lower edge.
  const begin = ring.findIndex(([lon], i) => i && Math.abs(lon - ring[i - 1][0]) > 180);
  const round = continued([...ring.slice(begin, -1), ...ring.slice(0, begin)]);
  return [...round, [round[round.length - 1][0], -90], [round[0][0], -90], round[0]];
}

function continued(ring) {
  const out = [ring[0]];
  for (const [lon, lat] of ring.slice(1)) {
    const before = out[out.length - 1][0];
    out.push([lon - 360 * Math.round((lon - before) / 360), lat]);
  }
  return out;
}

const centreOf = (polygon) => {
  const [lons, lats] = [0, 1].map((axis) => polygon[0].map((point) => point[axis]));
  return { lon: (Math.min(...lons) + Math.max(...lons)) / 2, lat: (Math.min(...lats) + Math.max(...lats)) / 2 };
};

// --- Which country a polygon belongs to: GeoNames' country codes, not Natural Earth's de-facto states.
const inBox = (south, west, north, east) => ({ lat, lon }) => lat > south && lat < north && lon > west && lon < east;

const reassigned = [
  // Natural Earth's country, where, GeoNames' country code, whether the line around it is disputed
  { from: "Russia", where: inBox(44, 32, 46.3, 37), to: "UA", disputed: true }, // Crimea
  { from: "Somaliland", where: () => true, to: "SO", disputed: true },
  { from: "N. Cyprus", where: () => true, to: "CY", disputed: true },
  { from: "Kosovo", where: () => true, to: "XK", disputed: true },
  { from: "Palestine", where: () => true, to: "PS", disputed: true },
  { from: "Siachen Glacier", where: () => true, to: null, disputed: true },
  { from: "W. Sahara", where: () => true, to: "EH", disputed: true },
  { from: "Indian Ocean Ter.", where: inBox(-11, 105, -10, 106), to: "CX" },
  { from: "Indian Ocean Ter.", where: () => true, to: "CC" },
  { from: "France", where: inBox(2, -55, 6, -51), to: "GF" },
  { from: "France", where: inBox(15.7, -62, 16.6, -61), to: "GP" },
  { from: "France", where: inBox(14, -62, 15, -60), to: "MQ" },
  { from: "France", where: inBox(-22, 55, -20, 56), to: "RE" },
  { from: "France", where: inBox(-14, 44, -12, 46), to: "YT" },
  { from: "Norway", where: ({ lat }) => lat > 73 || (lat > 70 && lat < 71.5), to: "SJ", only: ({ lon, lat }) => lat > 73 || lon < 0 },
  { from: "Norway", where: ({ lat }) => lat < 0, to: "BV" },
  { from: "Netherlands", where: ({ lat }) => lat < 20, to: "BQ" },
];

// Lines that are drawn dashed although both sides have a country code, within a box (south, west, north, east).
const disputedLines = [
  { between: ["IN", "PK"], where: inBox(32.4, 73, 38, 81) }, // Line of Control
  { between: ["CN", "IN"], where: inBox(26, 76, 38, 98) },
  { between: ["CN", "PK"], where: inBox(35, 74, 37.5, 78) },
  { between: ["IL", "SY"], where: inBox(32, 35, 34, 37) }, // Golan
  { between: ["SD", "SS"], where: inBox(9, 27, 11, 30) }, // Abyei
];

// Sutherland and Hodgman's clip of a ring against a parallel.
function clipRing(ring, inside) {
  const cut = ([x0, y0], [x1, y1]) => [x0 + ((MOROCCO_SOUTH - y0) / (y1 - y0)) * (x1 - x0), MOROCCO_SOUTH];
  const out = [];
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i], ring[i + 1]];
    if (inside(a)) out.push(a);
    if (inside(a) !== inside(b)) out.push(inside(a) ? cut(a, b) : cut(b, a));
  }
  return [...out, out[0]];
}

const pieces = []; // one polygon each: { code, disputed, polygon }
for (const { id, properties, geometry } of source) {
  const home = properties.name === "Ashmore and Cartier Is." ? "AU" : (codeOf[id] ?? null);
  for (const polygon of polygonsOf(geometry)) {
    const centre = centreOf(polygon);
    const move = reassigned.find((m) => m.from === properties.name && m.where(centre) && (m.only ?? (() => true))(centre));
    if (properties.name === "Morocco") {
      pieces.push({ code: "MA", disputed: false, polygon: [clipRing(polygon[0], ([, y]) => y >= MOROCCO_SOUTH)] });
      pieces.push({ code: "EH", disputed: true, polygon: [clipRing(polygon[0], ([, y]) => y < MOROCCO_SOUTH)] });
    } else {
      pieces.push({ code: move ? move.to : home, disputed: Boolean(move?.disputed), polygon });
    }
    if (!move && !home) throw new Error(`no country code for ${properties.name}`);
  }
}

// --- One topology of all pieces, so that neighbours share their lines.
const collection = {
  type: "GeometryCollection",
  geometries: pieces.map(({ polygon }) => ({ type: "Polygon", coordinates: polygon })),
};
const exact = presimplify(topology({ pieces: collection }, 1e6), sphericalTriangle);
const world = topologyQuantised(simplify(exact, SMALLEST_TRIANGLE));

function sphericalTriangle([[lon0, lat0], [lon1, lat1], [lon2, lat2]]) {
  const rad = Math.PI / 180;
  const shrink = Math.cos(((lat0 + lat1 + lat2) / 3) * rad);
  return Math.abs((lon1 - lon0) * (lat2 - lat0) - (lon2 - lon0) * (lat1 - lat0)) * 0.5 * shrink * rad * rad;
}

function topologyQuantised(topo) {
  const [scaleX, scaleY] = [360 / (QUANTISATION - 1), 180 / (QUANTISATION - 1)];
  const arcs = topo.arcs.map((arc) => {
    let [px, py] = [0, 0];
    const out = [];
    for (const [x, y] of arc) {
      const [qx, qy] = [Math.round((x + 180) / scaleX), Math.round((y + 90) / scaleY)];
      if (out.length && qx === px && qy === py) continue;
      out.push([qx - px, qy - py]);
      [px, py] = [qx, qy];
    }
    if (out.length === 1) out.push([0, 0]);
    return out;
  });
  return { arcs, scale: [scaleX, scaleY], pieces: topo.objects.pieces.geometries };
}

// --- Lines: an arc of two pieces is a border; dashed where either side of it is disputed.
const usersOf = new Map();
world.pieces.forEach(({ arcs }, piece) =>
  arcs.flat().forEach((arc) => {
    const index = arc < 0 ? ~arc : arc;
    usersOf.set(index, [...(usersOf.get(index) ?? []), piece]);
  }),
);
const borders = [];
const disputed = [];
for (const [arc, [one, two]] of [...usersOf].sort(([a], [b]) => a - b)) {
  if (two === undefined) continue;
  const sides = [pieces[one], pieces[two]];
  const codes = sides.map((side) => side.code).sort();
  const middle = arcMiddle(world, arc);
  const listed = disputedLines.some(({ between, where }) => between.join() === codes.join() && where(middle));
  const dashed = listed || sides[0].disputed !== sides[1].disputed || (sides[0].disputed && codes[0] === codes[1]);
  (dashed ? disputed : borders).push(arc);
}

function arcMiddle({ arcs, scale }, index) {
  let [x, y] = [0, 0];
  const points = arcs[index].map(([dx, dy]) => [(x += dx), (y += dy)]);
  const [qx, qy] = points[Math.floor(points.length / 2)];
  return { lon: qx * scale[0] - 180, lat: qy * scale[1] - 90 };
}

// --- Countries: their polygons, name, and the point farthest from the edges of the largest polygon for the label.
const byCode = new Map();
pieces.forEach(({ code, polygon }, index) => {
  const entry = byCode.get(code) ?? { polygons: [], shapes: [] };
  entry.polygons.push(world.pieces[index].arcs);
  entry.shapes.push(polygon);
  byCode.set(code, entry);
});

// Square degrees at the equator's scale, by the cylindrical equal-area projection.
const areaOf = ([ring]) => {
  const height = (lat) => (Math.sin((lat * Math.PI) / 180) * 180) / Math.PI;
  let area = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    area += ((ring[i + 1][0] - ring[i][0]) * (height(ring[i][1]) + height(ring[i + 1][1]))) / 2;
  }
  return Math.abs(area);
};

function labelPoint(shapes) {
  const largest = shapes.reduce((best, shape) => (areaOf(shape) > areaOf(best) ? shape : best));
  const shrink = Math.cos((centreOf(largest).lat * Math.PI) / 180);
  const squeezed = largest.map((ring) => ring.map(([x, y]) => [x * shrink, y]));
  const [x, y] = polylabel(squeezed, 0.05);
  return { lat: y, lon: x / shrink, area: areaOf(largest) };
}

const round = (value) => Number(value.toFixed(2));
const countries = [...byCode.keys()]
  .sort((a, b) => String(a ?? "~").localeCompare(String(b ?? "~"), "en"))
  .map((code) => {
    const { polygons, shapes } = byCode.get(code);
    if (code === null) return { code, name: null, label: null, polygons };
    const { lat, lon, area } = labelPoint(shapes);
    if (!nameOf[code]) throw new Error(`no name for ${code}`);
    return { code, name: nameOf[code], label: [round(lat), round(lon), round(area)], polygons };
  });

const out = {
  scale: world.scale,
  translate: [-180, -90],
  arcs: world.arcs.map((arc) => arc.flat()), // deltas: dx, dy, dx, dy …; half the brackets, a tenth less to mail
  countries,
  borders,
  disputed,
  // [name, lat, lon, rank]: quiet labels that help to find one's way
  waters: csv("waters.csv").map(([name, lat, lon, rank]) => [name, +lat, +lon, +rank]),
  towns: csv("towns.csv").map(([name, lat, lon, rank]) => [name, +lat, +lon, +rank]),
};
const packed = gzipSync(JSON.stringify(out), { level: 9 });
packed[9] = 255; // the operating system in gzip's header: "unknown", so that every machine gives the same bytes
writeFileSync(here("../../src/toposcope/webmap/basemap/world.json.gz"), packed);
console.log(`${countries.length} countries, ${world.arcs.length} lines, ${disputed.length} disputed, ${packed.length} bytes`);
