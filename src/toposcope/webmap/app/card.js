// The card: everything known about one place, or the list of names that are not on the map.
// Docked over the map on a wide screen, a sheet from below on a phone.

const MOST_QUOTES = 25; // a city named in each line of a book: the text itself is the better list

class Card {
  constructor(element, article, actions) {
    this.element = element;
    this.article = article;
    this.actions = actions; // { fly, revealMention, drawGhosts, clearGhosts, closed, picked }
    this.opener = null;
    this.place = null;
  }

  get isOpen() {
    return !this.element.hidden;
  }

  open(title, parts, { opener, label = title } = {}) {
    if (!this.isOpen) this.opener = opener ?? document.activeElement;
    this.actions.clearGhosts();
    const close = button("close", "×", () => this.close(), "Close");
    this.element.replaceChildren(close, h("h2", "", title), ...parts.filter((part) => part));
    this.element.setAttribute("aria-label", label);
    this.element.hidden = false;
    this.element.scrollTop = 0;
    document.documentElement.classList.add("card-open");
  }

  close() {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.element.replaceChildren();
    this.place = null;
    document.documentElement.classList.remove("card-open");
    this.actions.clearGhosts();
    this.actions.closed();
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    this.opener = null;
  }

  // --- A place

  showPlace(place, mention, opener) {
    this.place = place;
    this.current = mention ?? place.mentions[0] ?? place.actors[0];
    const own = place.mentions;
    const parts = [
      h("p", "where", whereIs(place)),
      this.badges(place),
      this.score(place, own),
      this.writtenAs(place, own),
      this.extent(place),
      this.quotes(place, own),
      this.actsAs(place),
      this.rejected(place, own),
      this.reasons(own),
      this.facts(place),
    ];
    this.open(place.name, parts, { opener });
    const ambiguous = this.element.querySelector("details.rejected[data-open]");
    if (ambiguous) ambiguous.open = true;
  }

  badges(place) {
    const counts = groupBy(place.mentions, (mention) => mention.role);
    const badges = Object.keys(ROLES)
      .filter((role) => counts.has(role))
      .map((role) => h("span", `role ${role}`, `${ROLES[role].one} × ${counts.get(role).length}`));
    if (place.fixed) badges.push(h("span", "role fixed", "set by editor"));
    return badges.length ? h("p", "roles", badges) : null;
  }

  score(place, own) {
    if (!own.length) return null;
    const meter = h("span", "meter");
    meter.style.setProperty("--share", `${Math.round(place.score * 100)}%`);
    const threshold = this.article.provenance?.threshold;
    const under = threshold == null ? "" : `, under the threshold of ${percent(threshold)}`;
    const words = place.fixed
      ? "Set by an editor"
      : place.doubtful
        ? `Uncertain${under}`
        : `Confidence: ${confidence(place.score)}`;
    return h("div", `score${place.doubtful ? " doubtful" : ""}`, [h("span", "", words), meter, h("span", "", percent(place.score))]);
  }

  writtenAs(place, own) {
    const others = [...new Set(own.map((mention) => mention.name))].filter((name) => name !== place.name);
    return others.length ? h("p", "written", `Written ${others.map((name) => `“${name}”`).join(", ")}`) : null;
  }

  extent(place) {
    if (place.kind === "country") return null;
    const size = place.extent ? `Within about ${place.extent < 10 ? place.extent : Math.round(place.extent)} km of its point` : null;
    const words = place.area
      ? place.extent || place.bbox
        ? "An area, not a spot: its outline is approximate."
        : "An area, not a spot: its extent is not known."
      : size
        ? `${size}.`
        : null;
    return words ? h("p", "extent", words) : null;
  }

  quotes(place, own) {
    if (this.article.textMode === "none" || !own.length) {
      return own.length ? h("p", "count", plural(own.length, "mention")) : null;
    }
    const list = h("ol", "quotes");
    const sentences = groupBy(own, ({ quoteStart, quoteEnd }) => `${quoteStart}-${quoteEnd}`);
    for (const mentions of [...sentences.values()].slice(0, MOST_QUOTES)) list.append(this.quote(mentions));
    if (sentences.size > MOST_QUOTES) {
      list.append(h("li", "more", `and ${plural(sentences.size - MOST_QUOTES, "more sentence")} in the text`));
    }
    return h("div", "mentions", [own.length > 1 ? this.stepper(own) : null, list]);
  }

  quote(mentions) {
    const { text } = this.article;
    const [first] = mentions;
    const quoted = h("q");
    let written = first.quoteStart;
    for (const { start, end } of mentions) {
      quoted.append(text.slice(written, start).replace(/\s+/g, " "), h("strong", "", text.slice(start, end)));
      written = end;
    }
    quoted.append(text.slice(written, first.quoteEnd).replace(/\s+/g, " "));
    const notes = [...new Set(mentions.map((mention) => this.note(mention)).filter((note) => note))];
    const show = button("link", "show in text", () => this.actions.revealMention(first, { focus: true }));
    return h("li", "", [quoted, " ", show, ...notes.map((note) => h("span", "note", note))]);
  }

  // What is particular about a mention: its phrase, its role and the words that gave it away.
  note({ role, cue, phrase, standsFor, place, status }) {
    const notes = [];
    if (phrase) notes.push(place ? `“${phrase}”: the map shows ${place.name} itself, not that spot` : `“${phrase}”`);
    if (role === "actor") notes.push(standsFor && standsFor !== place ? `stands for ${standsFor.name}` : "acts: no scene");
    else if (role !== "scene") notes.push(ROLES[role].one);
    if (cue && role !== "scene") notes.push(`told by “${cue}”`);
    if (status === "ambiguous" && !place.doubtful) notes.push("uncertain here");
    return notes.join(" · ");
  }

  stepper(own) {
    const position = h("span", "", "");
    const step = (by) => {
      const at = (Math.max(0, own.indexOf(this.current)) + by + own.length) % own.length;
      this.current = own[at];
      position.textContent = `Mention ${at + 1} of ${own.length}`;
      if (by) {
        this.actions.picked(this.current);
        this.actions.revealMention(this.current);
      }
    };
    step(0);
    return h("p", "stepper", [
      button("step", "‹", () => step(-1), "Previous mention"),
      position,
      button("step", "›", () => step(1), "Next mention"),
    ]);
  }

  // Names under which this place acts, though they are other places' names: Ankara, for Türkiye.
  actsAs(place) {
    const through = groupBy(
      place.actors.filter((mention) => mention.place !== place),
      (mention) => mention.place,
    );
    if (!through.size) return null;
    const links = [...through].map(([other, mentions]) =>
      button("link", `${other.name} × ${mentions.length}`, () => this.actions.fly(other)),
    );
    return h("p", "acts", ["Also acts as ", ...links.flatMap((link, i) => (i ? [", ", link] : [link])), "."]);
  }

  rejected(place, own) {
    const rows = new Map();
    for (const mention of own) {
      for (const row of this.article.rejected[mention.rejected] ?? []) {
        if (row[0] !== place.index && !(rows.get(row[0])?.[1] >= row[1])) rows.set(row[0], row);
      }
    }
    if (!rows.size) return null;
    const ranked = [...rows.values()].sort((a, b) => b[1] - a[1]);
    return this.candidates(`Rejected: ${plural(ranked.length, "other place")} it could have been`, ranked, place, place.doubtful);
  }

  candidates(title, ranked, place, open) {
    const details = h("details", "rejected", [h("summary", "", title)]);
    if (open) details.dataset.open = "";
    const list = h("ul");
    for (const [index, score] of ranked) {
      const other = this.article.places[index];
      const name = button("link", other.name, () => this.actions.fly(other, { quietly: true }), `${other.name}: look there`);
      const where = h("span", "where", whereIs(other));
      list.append(h("li", "", [h("span", "share", percent(score)), h("span", "", [name, " ", where])]));
    }
    details.append(list);
    details.addEventListener("toggle", () => {
      this.actions.clearGhosts();
      if (details.open) this.actions.drawGhosts(place, ranked);
    });
    return details;
  }

  reasons(own) {
    const shown = own.map((mention) => this.article.reasons[mention.reasons]).find((reasons) => reasons?.length);
    if (!shown) return null;
    const items = shown.map(([words, lead]) => h("li", "", [words, " ", h("span", "lead", `+${lead}`)]));
    const note = h("p", "why", "What speaks for it more than for the runner-up, in the ranking’s own units.");
    return h("details", "reasons", [h("summary", "", "Why this one"), note, h("ul", "", items)]);
  }

  facts(place) {
    const rows = [["Point", `${place.lat.toFixed(3)}, ${place.lon.toFixed(3)}`]];
    if (Math.abs(place.lat) > MERCATOR_LAT) rows.push(["Note", "the map ends at 85°: drawn at its edge"]);
    if (place.population) rows.push(["People", place.population.toLocaleString("en")]);
    if (place.extent) rows.push(["Extent", `${place.extent.toLocaleString("en")} km around its point`]);
    if (place.source) rows.push(["Source", place.source]);
    rows.push(["Id", place.id]);
    const list = h("dl", "facts");
    for (const [name, value] of rows) list.append(h("dt", "", name), h("dd", "", value));
    return list;
  }

  // --- A name without a place

  showName(mention, opener) {
    this.place = null;
    const same = this.article.mentions.filter((other) => !other.place && other.name === mention.name);
    const why =
      mention.status === "failed"
        ? "The online geocoder failed, so nobody can say where it is."
        : "The gazetteer has no place of this name, so it has no point on the map.";
    const ranked = this.article.rejected[mention.rejected] ?? [];
    this.open(
      mention.name,
      [
        h("p", "where", "not on the map"),
        h("p", "", why),
        this.article.textMode === "none" ? null : h("ol", "quotes", same.slice(0, MOST_QUOTES).map((m) => this.quote([m]))),
        ranked.length ? this.candidates(plural(ranked.length, "candidate"), ranked, null, false) : null,
      ],
      { opener },
    );
  }

  showMissing(groups, opener) {
    this.place = null;
    const sections = groups.flatMap(({ title, why, entries }) => [
      h("h3", "", title),
      h("p", "why", why),
      h(
        "ul",
        "missing",
        entries.map(({ name, count, pick }) =>
          h("li", "", [button("link", name, (event) => pick(event.currentTarget)), count > 1 ? ` × ${count}` : ""]),
        ),
      ),
    ]);
    this.open("Not on the map, or doubtful", sections, { opener, label: "Names that are not on the map, or only doubtfully" });
  }
}
