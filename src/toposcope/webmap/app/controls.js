// What stands around the map: role filter, search, legend, the table of places, the line of provenance.

const MAP_ROLES = ["scene", "origin", "actor"];
const HIDDEN_AT_FIRST = new Set(["actor"]); // an actor is not where something happens
const MOST_SUGGESTIONS = 8;
const MOST_ROWS = 100; // of the table, until asked for all

function buildFilters(container, article, groups, map, changed) {
  const shown = new Set();
  for (const role of MAP_ROLES) {
    const count = article.mentions.filter((mention) => mention.place && mention.role === role).length;
    if (!count) continue;
    const box = h("input");
    box.type = "checkbox";
    box.checked = !HIDDEN_AT_FIRST.has(role);
    const toggle = () => {
      if (box.checked) shown.add(role);
      else shown.delete(role);
      if (box.checked) groups[role].addTo(map);
      else groups[role].remove();
      changed();
    };
    box.addEventListener("change", toggle);
    const label = h("label", "filter", [box, swatch(role), h("span", "", `${ROLES[role].many} `), h("b", "", String(count))]);
    label.title = ROLES[role].help;
    container.append(label);
    if (box.checked) {
      shown.add(role);
      groups[role].addTo(map);
    }
  }
  return shown;
}

function swatch(role) {
  return role === "origin" ? flag("flag swatch") : h("span", `swatch ${role}`);
}

// --- Search: a text field with completion over places and names that are not on the map.

function buildSearch(input, list, article, pickPlace, pickMention) {
  const entries = searchEntries(article, pickPlace, pickMention);
  if (phone.matches) input.placeholder = "Search"; // it has no key “/”, nor room to tell of it
  let hits = [];
  let chosen = -1;

  const close = () => {
    hits = [];
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    input.setAttribute("aria-activedescendant", `hit-${index}`);
  };
  const take = (index) => {
    const hit = hits[index];
    input.value = "";
    close();
    hit.pick(input);
  };
  const search = () => {
    const wanted = fold(input.value.trim());
    const rank = ({ keys }) => {
      if (keys.some((key) => key.startsWith(wanted))) return 0;
      return keys.some((key) => key.includes(wanted)) ? 1 : 2;
    };
    hits = wanted
      ? entries
          .map((entry) => [rank(entry), entry])
          .filter(([r]) => r < 2)
          .sort(([r, a], [s, b]) => r - s || b.count - a.count)
          .slice(0, MOST_SUGGESTIONS)
          .map(([, entry]) => entry)
      : [];
    list.replaceChildren(
      ...hits.map((hit, index) => {
        const option = h("li", "", [h("span", "", hit.name), h("span", "where", hit.where)]);
        option.id = `hit-${index}`;
        option.setAttribute("role", "option");
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(index);
        });
        return option;
      }),
    );
    input.setAttribute("aria-expanded", String(hits.length > 0));
    if (hits.length) choose(0);
    else if (wanted) announce(`No place called ${input.value}`);
  };

  input.addEventListener("input", search);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      input.value = "";
      close();
    } else if (hits.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      choose((chosen + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length);
    } else if (hits.length && event.key === "Enter") {
      take(chosen);
    }
  });
}

function searchEntries(article, pickPlace, pickMention) {
  const places = article.places
    .filter((place) => place.mentions.length)
    .map((place) => ({
      name: place.name,
      where: whereIs(place),
      count: place.mentions.length,
      keys: [...new Set([place.name, ...place.mentions.map((mention) => mention.name)])].map(fold),
      pick: (opener) => pickPlace(place, opener),
    }));
  const lost = groupBy(
    article.mentions.filter((mention) => !mention.place),
    (mention) => mention.name,
  );
  const names = [...lost].map(([name, [mention, ...others]]) => ({
    name,
    where: "not on the map",
    count: others.length + 1,
    keys: [fold(name)],
    pick: (opener) => pickMention(mention, opener),
  }));
  return [...places, ...names];
}

// --- Names that are not on the map or only doubtfully so, and why

function missingGroups(article, pickMention) {
  const entriesOf = (mentions) =>
    [...groupBy(mentions, (mention) => mention.name)].map(([name, [first, ...others]]) => ({
      name,
      count: others.length + 1,
      pick: (opener) => pickMention(first, opener),
    }));
  const { mentions } = article;
  const groups = [
    {
      title: "Unknown",
      why: "The gazetteer has no place of this name. It gets no point from its neighbours.",
      mentions: mentions.filter((mention) => mention.status === "unknown"),
    },
    {
      title: "Failed",
      why: "The online geocoder did not answer: nobody can say.",
      mentions: mentions.filter((mention) => mention.status === "failed"),
    },
    {
      title: "Doubtful, shown with “?”",
      why: "On the map, though the best candidate stays under the threshold.",
      mentions: mentions.filter((mention) => mention.status === "ambiguous"),
    },
  ];
  return groups
    .filter((group) => group.mentions.length)
    .map(({ title, why, mentions: listed }) => ({ title, why, entries: entriesOf(listed) }));
}

// --- Legend of just what is there

function buildLegend(container, article, disputedInView) {
  const scenes = article.places.filter((place) => place.scenes.length);
  const has = (test) => scenes.some(test);
  const spot = (place) => !place.area && !place.doubtful;
  const entry = (key, words) => h("li", "", [typeof key === "string" ? h("span", `key ${key}`) : key, words]);
  const rows = [
    has((p) => spot(p) && p.kind === "settlement") && entry("point", "town, sized by mentions"),
    has((p) => spot(p) && p.kind === "facility") && entry("point square", "site: air base, building …"),
    has((p) => spot(p) && (p.kind === "water" || p.kind === "terrain")) && entry("point diamond", "landmark"),
    has((p) => p.doubtful && !p.area) && entry("point doubtful", "uncertain"),
    has((p) => p.shape) && entry("shape", "country of the story"),
    article.places.some((p) => p.named) && entry("named", "country that is named or acts"),
    has(hasExtent) && entry("outline", has((p) => p.quiet) ? "extent, of what is chosen" : "approximate extent"),
    article.places.some((p) => p.origins.length) && entry(flag("flag key"), "dateline: reported from here"),
    article.places.some((p) => p.actors.length) && entry("acting", "actor, not a scene"),
    article.mentions.some((m) => m.role === "demonym" || m.role === "association") && entry("underline", "marked in the text only"),
    disputedInView && entry("dashed", "disputed border"),
  ].filter((row) => row);
  container.querySelector("ul").replaceChildren(...rows);
  container.open = !phone.matches;
  container.hidden = false;
}

// --- Table of all places, the way in for keyboards and screen readers whatever the map is drawn with

// What is named by adjectives, or within other names, alone: listed last and marked, for nothing happens there.
const isAside = ({ mentions }) => mentions.every(({ role }) => role === "demonym" || role === "association");
const asideWords = ({ mentions }) => [...new Set(mentions.map(({ role }) => ROLES[role].one))].join(", ");

function buildTable(section, article, pickPlace) {
  const places = article.places
    .filter((place) => place.mentions.length)
    .sort((a, b) => isAside(a) - isAside(b) || b.mentions.length - a.mentions.length || a.index - b.index);
  if (!places.length) return;
  const body = h("tbody");
  const row = (place) => {
    const cells = [
      h("td", "", [button("link", place.name, (event) => pickPlace(place, event.currentTarget))]),
      h("td", "", isAside(place) ? `${whereIs(place)}: ${asideWords(place)} only` : whereIs(place)),
      h("td", "number", String(place.scenes.length)),
      h("td", "number", String(place.mentions.length)),
      h("td", "number", place.fixed ? "editor" : place.doubtful ? `${percent(place.score)} ?` : percent(place.score)),
    ];
    return h("tr", isAside(place) ? "aside" : "", cells);
  };
  body.append(...places.slice(0, MOST_ROWS).map(row));
  const head = h("tr", "", ["Place", "What and where", "Scenes", "Mentions", "Confidence"].map((name) => {
    const cell = h("th", "", name);
    cell.scope = "col";
    return cell;
  }));
  section.append(h("h2", "", "All places"), h("table", "", [h("thead", "", [head]), body]));
  if (places.length > MOST_ROWS) {
    const more = button("link", `Show all ${places.length.toLocaleString("en")}`, () => {
      body.append(...places.slice(MOST_ROWS).map(row));
      more.remove();
    });
    section.append(more);
  }
}

function describeProvenance(article) {
  const made = article.provenance;
  const fixed = new Set(article.mentions.filter((mention) => mention.fixed).map((mention) => mention.place)).size;
  return [
    fixed ? `Placed by machine; ${plural(fixed, "place")} set by an editor` : "Placed by machine, not verified",
    made && `Toposcope ${made.toposcope}`,
    made && `gazetteer ${made.gazetteer}${made.hash ? ` (${made.hash})` : ""}`,
    made && `threshold ${made.threshold}`,
    `text SHA-256 ${article.sha256.slice(0, 16)}…`,
  ]
    .filter((part) => part)
    .join(" · ");
}
