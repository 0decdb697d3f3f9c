// Unpacks what Python packed (see payload.py) and turns its columns into mentions and places that know each other.

const ROLES = {
  scene: { one: "scene", many: "Scenes", help: "a place where something is or happens" },
  actor: { one: "actor", many: "Actors", help: "the name stands for a government, team or people" },
  origin: { one: "dateline", many: "Datelines", help: "where the report was written" },
  association: { one: "part of another name", many: "Parts of other names", help: "the name is used for something else" },
  demonym: { one: "people or adjective", many: "Peoples and adjectives", help: "an adjective or a people, named after a place" },
};

async function unpack(id) {
  const packed = byId(id).textContent;
  const bytes = Uint8Array.fromBase64
    ? Uint8Array.fromBase64(packed)
    : Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Longitudes run on past 180° in a story that crosses the date line, so that Fiji and Samoa stand side by side.
function wrapNear(lon, middle) {
  return lon - 360 * Math.round((lon - middle) / 360);
}

function readArticle(data) {
  const [south, west, north, east] = data.view ?? [-55, -170, 75, 190];
  const view = { south, west, north, east: east < west ? east + 360 : east };
  const middle = (view.west + view.east) / 2;

  const places = data.places.map((row, index) => ({
    ...row,
    index,
    mapLon: wrapNear(row.lon, middle),
    mentions: [], // this place itself is named
    scenes: [],
    origins: [],
    actors: [], // it acts, be it under its own name or another's ("Ankara" for Türkiye)
  }));

  const columns = data.mentions;
  const mentions = columns.place.map((placeIndex, index) => {
    const mention = { index, place: placeIndex === null ? null : places[placeIndex] };
    for (const key in columns) if (key !== "place") mention[key] = columns[key][index];
    mention.name = data.names[mention.name];
    mention.standsFor = mention.standsFor === null ? null : places[mention.standsFor];
    return mention;
  });

  for (const mention of mentions) {
    const { place } = mention;
    if (!place) continue;
    place.mentions.push(mention);
    if (mention.role === "scene") place.scenes.push(mention);
    if (mention.role === "origin") place.origins.push(mention);
    if (mention.role === "actor") (mention.standsFor ?? place).actors.push(mention);
  }
  for (const place of places) {
    const shown = place.scenes.length ? place.scenes : place.mentions;
    place.doubtful = shown.length > 0 && shown.every((mention) => mention.status === "ambiguous");
    place.fixed = place.mentions.some((mention) => mention.fixed);
    place.score = Math.max(0, ...place.mentions.map((mention) => mention.score ?? 0));
  }
  return { ...data, view, middle, places, mentions };
}

const confidence = (score) => (score >= 0.85 ? "high" : score >= 0.6 ? "medium" : "low");

// "air base · Al Jufrah, Libya": what a place is and what it lies in.
function whereIs(place) {
  const within = [...place.admin, place.kind === "country" ? null : place.country].filter((name) => name);
  return [place.word, within.join(", ")].filter((part) => part).join(" · ");
}
