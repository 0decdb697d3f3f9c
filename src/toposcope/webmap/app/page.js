// The page as a whole: what is selected, and who is to be told.

class Page {
  constructor(world, article) {
    this.world = world;
    this.article = article;
    this.selected = null;
    this.marked = null; // the mention that is marked in the text
    this.ghosts = null;
    this.selectionLayer = null;

    this.base = drawBaseMap(map, world, article);
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.addAttribution("Natural Earth · GeoNames (CC BY 4.0)");
    if (!map.options.zoomControl) map.zoomControl?.remove();
    map.createPane("names").style.zIndex = 610;
    this.names = map.getPane("names");
    this.edges = byId("edges");
    L.DomEvent.disableClickPropagation(this.edges);

    this.card = new Card(byId("card"), article, {
      fly: (place, options) => (options?.quietly ? this.flyTo(place) : this.pickPlace(place)),
      revealMention: (mention, options) => this.reveal(mention, options),
      picked: (mention) => this.mark(mention),
      drawGhosts: (place, ranked) => {
        this.ghosts = drawGhosts(map, this.base.renderer, place, ranked, article.places);
        this.showGhosts(place, ranked);
        this.layOut();
      },
      clearGhosts: () => {
        this.ghosts?.group.remove();
        this.ghosts = null;
      },
      closed: () => {
        this.deselect();
        this.layOut();
      },
    });

    this.writeText();
    this.groups = drawPlaces(map, world, article, this.base, (place) => this.pickPlace(place, { reveal: true }));
    this.fitOnceThereIsRoom();
    this.shown = buildFilters(byId("filters"), article, this.groups, map, () => this.layOut());
    this.buildControls();
    this.listen();
  }

  // --- What stands around the map

  writeText() {
    const { article } = this;
    this.text = null;
    if (article.text) this.text = new ArticleText(byId("text"), article, (mention, link) => this.pickMention(mention, link));
    const notes = {
      sentences: "Only the sentences that name a place are shown.",
      none: "The text is not part of this page.",
    };
    const note = article.text === "" ? "The text is empty." : notes[article.textMode];
    if (note) byId("text").before(h("p", "text-note", note));
  }

  buildControls() {
    const { article } = this;
    const placed = article.places.filter((place) => place.mentions.length).length;
    byId("counts").textContent = placed
      ? `${plural(placed, "place")}, ${plural(article.mentions.length, "mention")}`
      : "No places found";
    const pickPlace = (place, opener) => this.pickPlace(place, { opener, reveal: true });
    const pickMention = (mention, opener) => this.pickMention(mention, opener, { reveal: true });
    buildSearch(byId("search"), byId("hits"), article, pickPlace, pickMention);
    const disputed = this.world.disputed.flatMap((arc) => this.world.lines[arc]);
    const { south, west, north, east } = article.view;
    const nearby = L.latLngBounds([south, west], [north, east]).pad(0.25);
    const inView = disputed.some(([lon, lat]) => nearby.contains([lat, wrapNear(lon, article.middle)]));
    buildLegend(byId("legend"), article, inView);
    buildTable(byId("places"), article, pickPlace);
    byId("provenance").textContent = describeProvenance(article);

    const missing = missingGroups(article, pickMention);
    const lost = article.mentions.filter((mention) => !mention.place);
    const names = new Set(lost.map((mention) => mention.name)).size;
    const opener = byId("missing");
    if (missing.length) {
      opener.hidden = false;
      const doubtful = article.mentions.filter((mention) => mention.status === "ambiguous");
      const parts = [
        ["Not on the map", names],
        [names ? "doubtful" : "Doubtful", new Set(doubtful.map((mention) => mention.name)).size],
      ];
      const counted = parts.filter(([, count]) => count);
      opener.replaceChildren(...counted.map(([words, count]) => h("span", "", [`${words} `, h("b", "", String(count))])));
      opener.addEventListener("click", () => {
        this.deselect();
        this.card.showMissing(missing, opener);
        this.layOut();
      });
    }
  }

  listen() {
    map.on("zoomstart", () => this.names.classList.add("moving"));
    map.on("moveend", () => this.layOut());
    this.names.addEventListener("click", (event) => {
      const label = event.target.closest("[data-place]");
      if (label) this.pickPlace(this.article.places[label.dataset.place], { reveal: true });
    });
    for (const [type, on] of [["mouseover", true], ["mouseout", false]]) {
      this.names.addEventListener(type, (event) => {
        const label = event.target.closest("[data-place]");
        if (label) highlight(this.article.places[label.dataset.place], on);
      });
    }
    byId("legend").addEventListener("toggle", () => this.layOut());
    // Its folds change the card's height, and so what of the map is free for names.
    new ResizeObserver(() => this.layOut()).observe(byId("card"));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && document.activeElement !== byId("search")) this.card.close();
      if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
        event.preventDefault();
        byId("search").focus();
      }
    });
    // A browser tells of print by one of these or by both.
    addEventListener("beforeprint", () => this.turnToPaper(true));
    addEventListener("afterprint", () => this.turnToPaper(false));
    matchMedia("print").addEventListener("change", (event) => this.turnToPaper(event.matches));
  }

  // On paper the map has its own size and view, and the legend stands open below it.
  turnToPaper(printing) {
    if (printing === Boolean(this.screen)) return;
    const legend = byId("legend");
    if (printing) this.screen = { centre: map.getCenter(), zoom: map.getZoom(), legend: legend.open };
    document.documentElement.classList.toggle("printing", printing);
    map.invalidateSize({ animate: false });
    if (printing) {
      legend.open = true;
      this.fit();
    } else {
      legend.open = this.screen.legend;
      map.setView(this.screen.centre, this.screen.zoom, { animate: false });
      this.screen = null;
    }
    this.layOut();
  }

  // --- The view

  // A notebook's frame has no size at first: the first fit waits until there is one.
  fitOnceThereIsRoom() {
    let fitted = false;
    new ResizeObserver(() => {
      if (!mapElement.clientWidth || !mapElement.clientHeight) return;
      map.invalidateSize({ animate: false });
      if (!fitted) {
        fitted = true;
        this.fit();
        this.uncover();
        // Not before: Leaflet would glide back from wherever it stood into the bounds, and away from the fit.
        const { middle } = this.article;
        map.setMaxBounds([
          [-MERCATOR_LAT - 3, middle - 220],
          [MERCATOR_LAT + 3, middle + 220],
        ]);
      }
      this.layOut();
    }).observe(mapElement);
  }

  fit() {
    const { location, zoom } = mapElement.dataset.view ? JSON.parse(mapElement.dataset.view) : {};
    if (location) {
      map.setView(location, zoom, { animate: false });
      return;
    }
    const { view } = this.article;
    const points = this.article.places.filter((place) => place.scenes.length && !place.area);
    const countries = this.article.places.filter((place) => place.scenes.length && place.shape);
    let bounds = L.latLngBounds([view.south, view.west], [view.north, view.east]);
    // A story of countries alone shows them whole; the gazetteer's circles are too rough for that.
    if (!points.length && countries.length) {
      const near = countries.filter((place) => bounds.pad(0.2).contains([place.labelLat, place.mapLabelLon]));
      if (near.length) bounds = near.map((p) => boundsOf(p)).reduce((all, one) => all.extend(one), L.latLngBounds([]));
    }
    const small = phone.matches;
    map.fitBounds(bounds, {
      paddingTopLeft: small ? [28, 24] : [60, 50],
      paddingBottomRight: small ? [56, 28] : [90, 60], // names stand at the right of their symbols
      maxZoom: this.deepestZoom(points),
      animate: false,
    });
  }

  // No symbol opens under the legend or the buttons: the legend folds, then the map moves a little or widens.
  uncover() {
    const legend = byId("legend");
    if (this.symbolsUnder([legend]).covered) legend.open = false;
    if (mapElement.dataset.view) return; // the user's own view stays as it is
    const panels = [legend, ...mapElement.querySelectorAll(".leaflet-control")];
    const steps = [0, 40, -40, 80, -80];
    const moves = steps.flatMap((x) => steps.map((y) => [x, y])).sort(([a, b], [c, d]) => Math.hypot(a, b) - Math.hypot(c, d));
    for (let widened = 0; widened < 3; widened++) {
      const { seen } = this.symbolsUnder(panels);
      for (const move of moves) {
        const found = this.symbolsUnder(panels, move);
        if (found.covered || found.seen < seen) continue;
        map.panBy(move.map((step) => -step), { animate: false });
        return;
      }
      map.setZoom(map.getZoom() - map.options.zoomSnap, { animate: false });
    }
  }

  // How many points of the story are seen, and how many lie under panels, if the map were moved by so many pixels.
  symbolsUnder(panels, [dx, dy] = [0, 0]) {
    const size = map.getSize();
    const frame = mapElement.getBoundingClientRect();
    const boxes = panels.filter((panel) => panel.offsetWidth).map((panel) => {
      const { left, top, width, height } = panel.getBoundingClientRect();
      return box(left - frame.left, top - frame.top, width, height);
    });
    const counts = { seen: 0, covered: 0 };
    for (const place of this.article.places) {
      if (place.area || !(place.scenes.length || place.flagged)) continue;
      const { x, y } = map.latLngToContainerPoint([place.lat, place.mapLon]).add([dx, dy]);
      if (x < 0 || y < 0 || x > size.x || y > size.y) continue;
      const r = (place.radius ?? 9) + 3;
      counts.seen++;
      if (boxes.some((panel) => overlaps(panel, box(x - r, y - r, 2 * r, 2 * r)))) counts.covered++;
    }
    return counts;
  }

  // A point that is good to some km must not fill the screen: about 40 px for its extent.
  deepestZoom(places) {
    const extent = Math.max(2, ...places.map((place) => Math.min(place.extent, 50)));
    return Math.min(map.getMaxZoom(), Math.max(5, Math.log2((40 * 156.5) / extent)));
  }

  // The part of the map that the card leaves free, in container pixels.
  freeRoom() {
    const size = map.getSize();
    const room = { left: 0, top: 0, right: size.x, bottom: size.y };
    if (!this.card.isOpen) return room;
    const frame = mapElement.getBoundingClientRect();
    const card = byId("card").getBoundingClientRect();
    if (phone.matches) room.bottom = Math.max(80, Math.min(size.y, card.top - frame.top));
    else room.right = Math.max(160, Math.min(size.x, card.left - frame.left - 8));
    return room;
  }

  flyTo(place) {
    const bounds = this.boundsToShow(place);
    const room = this.freeRoom();
    const size = map.getSize();
    const corners = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => map.latLngToContainerPoint(corner));
    const at = map.latLngToContainerPoint(place.area ? [place.labelLat, place.mapLabelLon] : [place.lat, place.mapLon]);
    const margin = 24;
    const inRoom = (point) =>
      point.x > room.left + margin && point.x < room.right - margin && point.y > room.top + margin && point.y < room.bottom - margin;
    const large = corners[1].x - corners[0].x > (room.right - room.left) * 0.15;
    // What is in view and legible stays where it is: a map that jumps at each click tires.
    if (place.area ? corners.every(inRoom) && large : inRoom(at)) return;
    const options = {
      paddingTopLeft: [40, 40],
      paddingBottomRight: [size.x - room.right + 40, size.y - room.bottom + 40],
      maxZoom: place.area ? 7 : Math.max(map.getZoom(), Math.min(6.5, this.deepestZoom([place]))),
    };
    if (reducedMotion.matches) map.fitBounds(bounds, { ...options, animate: false });
    else map.flyToBounds(bounds, { ...options, duration: 0.9 });
  }

  // Whoever asks what was rejected wants to see it: the view widens until the ghosts are in it.
  showGhosts(place, ranked) {
    const ghosts = ranked.map(([index]) => this.article.places[index]);
    const around = place ?? ghosts[0];
    const points = [around, ...ghosts].map(({ lat, lon }) => [lat, wrapNear(lon, around.mapLon)]);
    const room = this.freeRoom();
    const free = L.bounds([room.left + 16, room.top + 16], [room.right - 16, room.bottom - 16]);
    if (points.every((point) => free.contains(map.latLngToContainerPoint(point)))) return;
    const size = map.getSize();
    map.fitBounds(points, {
      paddingTopLeft: [60, 60],
      paddingBottomRight: [size.x - room.right + 90, size.y - room.bottom + 60],
      maxZoom: map.getZoom(),
      animate: !reducedMotion.matches,
    });
  }

  boundsToShow(place) {
    if (place.area) return boundsOf(place);
    const around = Math.max(1.2, place.extent / 60); // degrees: a spot needs its surroundings to be recognised
    return L.latLngBounds(
      [Math.max(-MERCATOR_LAT, place.lat - around), place.mapLon - around],
      [Math.min(MERCATOR_LAT, place.lat + around), place.mapLon + around],
    );
  }

  // --- Names and chips

  layOut() {
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const { article } = this;
    this.separateSymbols();
    const frame = mapElement.getBoundingClientRect();
    const boxOf = (element, pad = 2) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return box(left - frame.left - pad, top - frame.top - pad, width + 2 * pad, height + 2 * pad);
    };
    const panels = [byId("card"), byId("legend"), ...mapElement.querySelectorAll(".leaflet-control")];
    const taken = new Taken(panels.filter((element) => element.offsetWidth).map((element) => boxOf(element)));
    const symbols = [...mapElement.querySelectorAll(".symbol .dot, .symbol .badge, .symbol.origin .flag, .ghost-dot")];
    for (const element of symbols) taken.add(boxOf(element));
    const shows = (role, mentions) => this.shown.has(role) && mentions.length > 0;
    const visible = article.places.filter((place) => shows("scene", place.scenes));
    // An actor's badge tells its name already.
    const named = article.places.filter((place) => place.named && !shows("actor", place.actors));
    const reachable = article.places.filter(
      (place) => shows("scene", place.scenes) || (place.flagged && shows("origin", place.origins)) || shows("actor", place.actors),
    );
    const onCanvas = visible.filter((place) => place.radius && !place.elements?.length);
    const room = box(-20, -20, size.x + 40, size.y + 40);
    for (const place of onCanvas) {
      const { x, y } = map.latLngToContainerPoint([place.lat, place.mapLon]);
      const r = place.radius;
      const dot = box(x - r, y - r, 2 * r, 2 * r);
      if (overlaps(dot, room)) taken.add(dot);
    }

    const written = this.placeStory(this.storyLabels([...visible, ...named]), taken);
    for (const [, spot] of written) taken.add(spot);
    const labelled = new Set(written.map(([label]) => label.place)); // half out of view, but named already
    const unnamed = reachable.filter((place) => !labelled.has(place));
    drawEdgeChips(map, this.edges, unnamed, taken, (place) => this.pickPlace(place, { reveal: true }));
    const told = {
      names: new Set(reachable.map((place) => fold(place.name))),
      countries: new Set([...visible, ...named].filter((place) => place.shape).map((place) => place.cc)),
    };
    const quiet = placeLabels(map, baseLabels(map, this.world, article, told), taken);
    writeLabels(map, this.names, [...written, ...quiet]);
    this.names.classList.remove("moving");
  }

  // An area's name has many spots and a point's few: points go first, unless an area would lose its only sign by it.
  placeStory(labels, taken) {
    const isArea = ({ others }) => Boolean(others);
    const tries = [labels.filter((label) => !isArea(label)).concat(labels.filter(isArea)), labels];
    const isScene = (label) => isArea(label) && label.style !== "named";
    const all = labels.filter(isScene).length;
    let placed = [];
    for (const order of tries) {
      placed = placeLabels(map, order, taken.copy());
      if (placed.filter(([label]) => isScene(label)).length === all) break;
    }
    return placed;
  }

  separateSymbols() {
    const at = (lat, lon) => map.latLngToContainerPoint([lat, lon]);
    const { places } = this.article;
    const spots = [
      ...places
        .filter(({ symbol }) => symbol)
        .map((place) => ({ place, element: place.symbol, r: place.radius, ...at(place.lat, place.mapLon) })),
      ...places
        .filter(({ badge }) => badge)
        .map(({ badge, labelLat, mapLabelLon }) => {
          const r = badge.querySelector(".badge").offsetWidth / 2;
          return { badge: true, element: badge, r, ...at(labelLat, mapLabelLon) };
        }),
    ];
    moveApart(spots);
    for (const { place, element, shift } of spots) {
      element.style.setProperty("--dx", `${shift.x}px`);
      element.style.setProperty("--dy", `${shift.y}px`);
      if (place) place.shift = shift;
    }
  }

  storyLabels(places) {
    const size = map.getSize();
    const labels = [];
    for (const place of places) {
      const count = place.scenes.length;
      const text = place.area && count > 1 ? `${place.name} · ${count}` : place.name;
      if (!place.area) {
        const at = map.latLngToContainerPoint([place.lat, place.mapLon]);
        if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) continue;
        if (place.shift) at._add(place.shift);
        const radius = place.radius + (place === this.selected ? 5 : 0);
        labels.push({ text, style: "point", at, radius, place, weight: count, doubtful: place.doubtful });
        continue;
      }
      if (!map.getBounds().intersects(boundsOf(place))) continue;
      const [at, ...others] = spotsInside(map, place, ringsOf(place));
      const style = place.named ? "named" : place.kind === "country" ? "country" : place.kind === "water" ? "water" : "area";
      const doubt = place.doubtful ? `${text} ?` : text;
      // An area's only sign is its name: before all points, or it would be missing from the map.
      // The story's own country may do no more than act in it: its name goes before a province named once.
      const weight = 1000 + (place.named ? 1.5 : count);
      labels.push({ text: doubt, style, at, others, place, weight, doubtful: place.doubtful });
    }
    for (const place of this.shown.has("origin") ? this.article.places.filter(({ flagged }) => flagged) : []) {
      // Beside the flag, which flies to the right above its point.
      const at = map.latLngToContainerPoint([place.lat, place.mapLon]).add([5, -9]);
      if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) continue;
      labels.push({ text: place.name, style: "origin", at, radius: 9, place, weight: 0.5 });
    }
    for (const { text, at } of this.ghosts?.names ?? []) {
      labels.push({ text, style: "ghost-name", at: map.latLngToContainerPoint(at), radius: 8, weight: 1e6 });
    }
    return labels.sort((a, b) => b.weight - a.weight);
  }

  // --- Selection

  pickPlace(place, { opener, reveal = false } = {}) {
    this.select(place, place.mentions[0], { opener, reveal });
    this.writeAddress(`place=${place.id}`);
  }

  pickMention(mention, opener, { reveal = false } = {}) {
    if (mention.place) this.select(mention.place, mention, { opener, reveal });
    else {
      this.deselect();
      this.card.showName(mention, opener);
      this.layOut();
      this.mark(mention);
      if (reveal) this.reveal(mention);
      announce(`${mention.name}: not on the map`);
    }
    this.writeAddress(`mention=${mention.index + 1}`);
  }

  select(place, mention, { opener, reveal }) {
    this.deselect();
    this.selected = place;
    this.card.showPlace(place, mention, opener);
    for (const element of place.elements ?? []) element.classList.add("selected");
    for (const other of place.mentions) other.element?.classList.add("same");
    if (mention) this.mark(mention);
    if (mention && reveal) this.reveal(mention);
    this.showOutline(place);
    this.flyTo(place);
    this.layOut();
    announce(`${place.name}, ${whereIs(place)}, ${plural(place.mentions.length, "mention")}`);
  }

  // What is not drawn by itself (an actor's country, a people's land, a town that is only named in the text)
  // is outlined while its card is open.
  showOutline(place) {
    if (place.area || !place.scenes.length) {
      this.selectionLayer = outlineOf(place, this.base.renderer, `outline ${place.kind}`);
      this.selectionLayer.options.interactive = false;
      this.selectionLayer.addTo(map);
    }
  }

  deselect() {
    const place = this.selected;
    this.selected = null;
    this.selectionLayer?.remove();
    this.selectionLayer = null;
    if (place) {
      for (const element of place.elements ?? []) element.classList.remove("selected", "hover");
      for (const mention of place.mentions) mention.element?.classList.remove("same", "hover");
    }
    this.mark(null);
    this.writeAddress("");
  }

  mark(mention) {
    this.marked?.element?.classList.remove("current");
    this.marked = mention;
    if (!mention || !this.text) return;
    this.text.elementOf(mention)?.classList.add("current");
  }

  reveal(mention, options) {
    this.mark(mention);
    this.text?.reveal(mention, options);
  }

  // --- The address: #place=geonames:2210554, #mention=12

  writeAddress(fragment) {
    try {
      history.replaceState(null, "", location.href.split("#")[0] + (fragment && `#${encodeURI(fragment)}`));
    } catch {
      // A sandboxed frame has no address of its own.
    }
  }

  followAddress() {
    const [key, value] = decodeHash(location.hash);
    if (key === "place") {
      const place = this.article.places.find(({ id, mentions }) => id === value && mentions.length);
      if (place) this.pickPlace(place, { reveal: true });
    } else if (key === "mention") {
      const mention = this.article.mentions[Number(value) - 1];
      if (mention) this.pickMention(mention, null, { reveal: true });
    }
  }
}

function decodeHash(hash) {
  const [, key, value] = /^#(\w+)=(.*)$/.exec(hash) ?? [];
  try {
    return [key, decodeURIComponent(value ?? "")];
  } catch {
    return [key, value]; // a stray percent sign
  }
}
