// The article beside the map, with every mention as a link.
//
// A long text is cut into sections that are filled when they come near the window, so that a book opens as fast
// as an article and 50 MB do not stop the browser.

const SECTION_LENGTH = 6000; // characters; a section is some four screens high
const EAGER_SECTIONS = 8; // an article is rendered at once: find-in-page and print then see all of it

const PARAGRAPH_BREAK = /\r?\n[^\S\n]*\n\s*/g;
const LINE_BREAK = /\r?\n\s*/g;

class ArticleText {
  constructor(container, article, onPick) {
    this.text = article.text;
    this.mentions = article.mentions;
    this.onPick = onPick;
    const hasBlankLines = /\n[^\S\n]*\n/.test(this.text);
    this.breaks = article.hardWrapped || hasBlankLines ? PARAGRAPH_BREAK : LINE_BREAK;
    container.classList.toggle("hard-wrapped", article.hardWrapped);
    this.sections = this.cut();
    container.append(...this.sections.map(({ element }) => element));
    if (this.sections.length <= EAGER_SECTIONS) this.sections.forEach((section) => this.fill(section));
    else this.fillWhenNear(container);
  }

  // Sections end at a paragraph's end, or inside a monstrous paragraph where no mention is cut.
  cut() {
    const sections = [];
    let start = 0;
    while (start < this.text.length) {
      let end = Math.min(start + SECTION_LENGTH, this.text.length);
      if (end < this.text.length) {
        // Only so far ahead: a text without any line end would be searched to its end for each section.
        const [found] = this.text.slice(end, end + SECTION_LENGTH).matchAll(this.breaks);
        end = found ? end + found.index + found[0].length : this.cutBetweenWords(end);
      }
      sections.push({ start, end, element: h("div", "section"), filled: false });
      start = end;
    }
    return sections;
  }

  cutBetweenWords(end) {
    const space = this.text.indexOf(" ", end);
    let cut = space >= 0 && space < end + 200 ? space + 1 : end;
    const across = this.mentions[this.firstMentionFrom(cut) - 1];
    if (across && across.end > cut) cut = across.end;
    // Never between the halves of a surrogate pair.
    return /[\uDC00-\uDFFF]/.test(this.text[cut] ?? "") ? cut + 1 : cut;
  }

  // Index of the first mention that starts at or after an offset.
  firstMentionFrom(offset) {
    let [low, high] = [0, this.mentions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.mentions[middle].start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  fillWhenNear(container) {
    const lineLength = Math.max(20, container.clientWidth / 8.2);
    for (const { element, start, end } of this.sections) {
      element.style.minHeight = `${Math.round(((end - start) / lineLength) * 30)}px`;
    }
    const sectionOf = new Map(this.sections.map((section) => [section.element, section]));
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          this.fill(sectionOf.get(target));
          observer.unobserve(target);
        }
      },
      { rootMargin: "1500px 0px" },
    );
    for (const { element } of this.sections) observer.observe(element);
  }

  fill(section) {
    if (section.filled) return;
    section.filled = true;
    section.element.style.minHeight = "";
    let start = section.start;
    for (const found of this.text.slice(section.start, section.end).matchAll(this.breaks)) {
      this.paragraph(section, start, section.start + found.index);
      start = section.start + found.index + found[0].length;
    }
    this.paragraph(section, start, section.end);
  }

  paragraph(section, start, end) {
    if (start >= end) return;
    const paragraph = h("p");
    let written = start;
    for (let i = this.firstMentionFrom(start); i < this.mentions.length && this.mentions[i].start < end; i++) {
      const mention = this.mentions[i];
      paragraph.append(this.text.slice(written, mention.start), this.link(mention));
      written = mention.end;
    }
    if (written < end) paragraph.append(this.text.slice(written, end));
    section.element.append(paragraph);
  }

  link(mention) {
    const { place, role, status } = mention;
    const link = h("a", `mention ${role} ${place ? place.kind : "nowhere"} ${status}`);
    link.href = `#mention=${mention.index + 1}`;
    if (role === "origin") link.append(flag("flag in-text"));
    link.append(this.text.slice(mention.start, mention.end));
    link.title = mentionTitle(mention);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.onPick(mention, link);
    });
    if (place) {
      for (const [type, on] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
        link.addEventListener(type, () => highlight(place, on));
      }
    }
    mention.element = link;
    return link;
  }

  // The link of a mention, rendered if need be.
  elementOf(mention) {
    if (!mention.element) this.fill(this.sections.find(({ end }) => mention.start < end));
    return mention.element;
  }

  reveal(mention, { focus = false } = {}) {
    const element = this.elementOf(mention);
    const behavior = reducedMotion.matches || this.sections.length > EAGER_SECTIONS ? "auto" : "smooth";
    element.scrollIntoView({ block: "center", behavior });
    if (focus) element.focus({ preventScroll: true });
    // Sections above may have been filled by the jump, and have moved the goal.
    if (this.sections.length > EAGER_SECTIONS) requestAnimationFrame(() => element.scrollIntoView({ block: "center" }));
  }
}

function mentionTitle({ place, role, status, name }) {
  if (!place) return status === "failed" ? `${name}: the online geocoder failed` : `${name}: not in the gazetteer`;
  const doubt = status === "ambiguous" ? ", uncertain" : "";
  return `${place.name}, ${whereIs(place)} (${ROLES[role].one}${doubt})`;
}
