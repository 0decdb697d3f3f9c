// Puts the page together and keeps text, map, card and address in step.

const mapElement = document.querySelector(".folium-map");
// Made at once, so that layers which a user added in Python find their map under folium's name for it.
const map = (window[mapElement.id] = L.map(mapElement, {
  zoomSnap: 0.25, // whole steps leave half of the pane unused too often
  minZoom: 1,
  maxZoom: 10, // the base map and the gazetteer's points carry no further
  maxBoundsViscosity: 0.8,
  ...JSON.parse(mapElement.dataset.options),
}));
map.setView([20, 0], 2, { animate: false });

start().catch((error) => {
  announce("This map could not be drawn.");
  byId("failure").hidden = false;
  throw error;
});

async function start() {
  const [world, article] = await Promise.all([unpack("toposcope-world"), unpack("toposcope-article")]);
  readWorld(world);
  const page = new Page(world, readArticle(article));
  page.followAddress();
  addEventListener("hashchange", () => page.followAddress());
  performance.mark("ready"); // measured by benchmarks/map
  document.documentElement.dataset.ready = "true";
}
