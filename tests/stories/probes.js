// What a page is asked besides axe. Every function returns sentences, one a fault; an empty list means that all is well.
// Not here: who asks and when (looking.py). Names of controls are worked out by axe's own function.
window.probes = (() => {
  const CONTROLS = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const words = (text) => (text || "").replace(/\s+/g, " ").trim();
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shown = (el) => el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  // Kept for those who listen: squeezed into one pixel, or clipped away.
  function hiddenForEyes(el) {
    for (let up = el; up && up !== document.body; up = up.parentElement) {
      if (/hidden|clip/.test(getComputedStyle(up).overflow) && Math.min(up.clientWidth, up.clientHeight) <= 1) return true;
    }
    return false;
  }
  const say = (el) => el.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const controls = () => all(CONTROLS).filter((el) => !el.disabled && el.tabIndex >= 0 && shown(el));

  function name(el) {
    if (!axe._tree) axe.setup(document.documentElement);
    return words(axe.commons.text.accessibleText(el));
  }

  // A control's name with the questions it stands under, as it is read out when one arrives there.
  function inContext(el) {
    const above = [];
    for (let at = el.closest("fieldset"); at; at = at.parentElement.closest("fieldset")) {
      above.unshift(words(at.querySelector(":scope > legend")?.textContent));
    }
    return [...above, name(el)].join(" > ");
  }

  function leadsTo(el) {
    if (el.matches("a, area")) return el.href;
    if (!el.form) return `${el.getAttribute("aria-controls")}`;
    const sent = [...new FormData(el.form, el.type === "submit" ? el : null)].filter(([key]) => key !== "csrfmiddlewaretoken" && key !== "key");
    return `${el.formAction || el.form.action} ${JSON.stringify(sent)}`;
  }

  // A link in a table is read with its row, one in a menu with the menu's name.
  function among(el) {
    const table = el.closest("table"), row = el.closest("tr"), menu = el.closest("nav[aria-label]");
    const head = row && [...row.cells].find((one) => one.scope === "row" && !one.contains(el));
    return [words(table?.caption?.textContent), words(head?.textContent), menu?.getAttribute("aria-label")].filter(Boolean).join(" > ");
  }

  function names() {
    const found = new Map(), wrong = [];
    for (const el of controls().filter((one) => one.matches("a, area, button, input[type=submit]"))) {
      const known = `${el.matches("a, area") ? "link" : "button"} “${[among(el), name(el)].filter(Boolean).join(" > ")}”`;
      found.set(known, (found.get(known) || new Set()).add(leadsTo(el)));
    }
    for (const [known, places] of found) {
      if (places.size > 1) wrong.push(`${places.size} places for the ${known}: ${[...places].slice(0, 3).join(" | ").slice(0, 200)}`);
    }
    const fields = new Map();
    for (const el of controls().filter((one) => one.matches("input:not([type=submit]), select, textarea"))) {
      if (!name(el)) wrong.push(`a control without a name: ${say(el)}`);
      const known = `${inContext(el)}`;
      fields.set(known, (fields.get(known) || 0) + 1);
    }
    for (const [known, times] of fields) if (times > 1) wrong.push(`${times} fields are named “${known}”`);
    if (axe._tree) axe.teardown();
    return wrong;
  }

  function outline() {
    const wrong = [], levels = all("h1, h2, h3, h4, h5, h6").filter((el) => shown(el));
    let before = 0;
    for (const el of levels) {
      const level = Number(el.tagName[1]);
      if (!words(el.textContent)) wrong.push(`an empty heading: ${say(el)}`);
      // The Design System puts the summary of mistakes and its banners, both h2, before the page's own h1.
      if (before && level > before + 1) wrong.push(`h${level} follows h${before}: ${words(el.textContent).slice(0, 60)}`);
      before = level;
    }
    if (levels.filter((el) => el.tagName === "H1").length !== 1) wrong.push("not one h1");
    for (const [what, selector] of [["main", "main"], ["header", "body > header"], ["footer", "body > footer"]]) {
      if (all(selector).length !== 1) wrong.push(`${all(selector).length} ${what}`);
    }
    if (document.documentElement.lang !== "en-gb") wrong.push(`lang is “${document.documentElement.lang}”`);
    if (!document.title.includes(" - ")) wrong.push(`the title does not say whose page it is: ${document.title}`);
    return wrong;
  }

  function tables() {
    const wrong = [];
    for (const table of all("table").filter(shown)) {
      if (!words(table.caption?.textContent) && !table.getAttribute("aria-labelledby")) wrong.push(`a table without a caption: ${say(table)}`);
      for (const th of all("th", table)) {
        if (!["col", "row", "colgroup", "rowgroup"].includes(th.scope)) wrong.push(`a header for nobody knows what: ${say(th)}`);
      }
      const heads = all("thead th", table).length;
      for (const row of table.tBodies[0]?.rows || []) {
        if (heads && [...row.cells].reduce((sum, one) => sum + one.colSpan, 0) !== heads) wrong.push(`a row of ${row.cells.length} under ${heads} headers: ${say(row)}`);
      }
    }
    return wrong;
  }

  // Rows that are blocks on a narrow screen fit it; only tables whose rows are compared scroll, and none of them is finance's.
  function stacked() {
    const money = /^\/(staff\/(finance|payments|charges|spending|going-live|paid-too-much|charging-rates|prices|ways)|cases)\//.test(location.pathname);
    const caught = all(money ? ".app-scroll:has(table)" : ".app-scroll--stack").filter((el) => innerWidth <= 640 && shown(el) && el.scrollWidth > el.clientWidth + 1);
    const wrong = caught.map((el) => `a table of ${el.scrollWidth} px in ${el.clientWidth}: ${el.getAttribute("aria-label")}`);
    const h1 = words(document.querySelector("h1")?.textContent);
    for (const el of all("caption").filter((one) => words(one.textContent) === h1 && !hiddenForEyes(one))) wrong.push(`a caption says again what the heading says: ${words(el.textContent)}`);
    return wrong;
  }

  // WCAG 2.5.8 with its exceptions for links in a sentence and for room around. 44: what the Design System makes so big.
  function targets(big) {
    const wrong = [], boxes = controls().filter((el) => !hiddenForEyes(el)).map((el) => [el, box(el)]);
    const inline = (el) => el.matches("a") && getComputedStyle(el).display === "inline" && words(el.parentElement.textContent) !== words(el.textContent);
    for (const [el, at] of boxes) {
      const small = Math.min(at.width, at.height) < 24;
      const near = small && !inline(el) && boxes.some(([other, there]) => !other.contains(el) && distance(at, there) < 12);
      if (near) wrong.push(`${Math.round(at.width)} x ${Math.round(at.height)} px, close to others: ${say(el)}`);
      const main = el.matches(".govuk-button, .govuk-radios__input, .govuk-checkboxes__input") && !el.closest(".govuk-radios--small, .govuk-checkboxes--small");
      if (big && main && Math.min(at.width, at.height) < 43.9) wrong.push(`${Math.round(at.width)} x ${Math.round(at.height)} px of 44: ${say(el)}`);
    }
    return wrong;
  }
  const box = (el) => el.getBoundingClientRect();
  const middle = (at) => [at.left + at.width / 2, at.top + at.height / 2];
  function distance(one, other) {
    const [x, y] = middle(one);
    return Math.hypot(Math.max(other.left - x, 0, x - other.right), Math.max(other.top - y, 0, y - other.bottom));
  }

  // Where help stands, and what it says: the same on every page of a council.
  function help() {
    const place = document.querySelector("body > footer .app-help");
    if (!place) return null;
    const before = all("body > *").filter((el) => el.tagName !== "SCRIPT" && !el.matches(".govuk-skip-link")).map((el) => el.tagName).join(" ");
    const first = place === document.querySelector("body > footer .govuk-width-container").firstElementChild;
    return { where: `${before.replace("MAIN", "DIV")}${first ? ", first in the footer" : ""}`, says: words(place.innerText) };
  }

  // ---- what the eye sees of the text ----

  function texts() {
    const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const el = walk.currentNode.parentElement;
      if (!words(walk.currentNode.data) || !shown(el) || hiddenForEyes(el) || el.closest("script, style, option, svg")) continue;
      const range = document.createRange();
      range.selectNodeContents(walk.currentNode);
      const style = getComputedStyle(el);
      if (style.opacity === "0") continue;
      for (const at of range.getClientRects()) if (at.width > 1 && at.height > 1) found.push({ el, at, size: parseFloat(style.fontSize) });
    }
    return found;
  }

  const clips = (el) => /hidden|clip/.test(getComputedStyle(el).overflowX + getComputedStyle(el).overflowY);
  const scrolls = (el) => el.closest(".app-scroll") || /auto|scroll/.test(getComputedStyle(el).overflowX);

  function clipped() {
    const wrong = new Set(), seen = texts(), wide = document.documentElement.clientWidth;
    for (const { el, at } of seen) {
      if (!el.closest(".app-scroll") && (at.right > wide + 1 || at.left < -1)) wrong.add(`text leaves the screen: ${say(el)}`);
      for (let up = el; up && up !== document.body; up = up.parentElement) {
        if (scrolls(up)) break;
        if (!clips(up)) continue;
        const frame = up.getBoundingClientRect();
        if (at.right > frame.right + 2 || at.bottom > frame.bottom + 2 || at.left < frame.left - 2) wrong.add(`text is cut off: ${say(el)}`);
      }
    }
    for (const el of all("button, .govuk-button, .govuk-tag, select, input[type=text]").filter(shown)) {
      if (el.matches("button, .govuk-button, .govuk-tag") && el.scrollWidth > el.clientWidth + 2) wrong.add(`wider than its box: ${say(el)}`);
    }
    // Lines are made a little lower than they are: descenders may touch the line below.
    const lines = seen.map(({ el, at, size }) => ({ el, left: at.left + 1, right: at.right - 1, top: at.top + at.height / 2 - size * 0.35, bottom: at.top + at.height / 2 + size * 0.35 }))
      .sort((one, other) => one.top - other.top);
    for (let i = 0; i < lines.length; i++) {
      for (let j = i + 1; j < lines.length && lines[j].top < lines[i].bottom; j++) {
        if (lines[j].left < lines[i].right && lines[i].left < lines[j].right) wrong.add(`“${words(lines[i].el.textContent).slice(0, 50)}” lies over “${words(lines[j].el.textContent).slice(0, 50)}”`);
      }
    }
    return [...wrong];
  }

  // ---- forced colours: what is drawn must differ from the ground it lies on ----

  const channel = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  function light(colour) {
    const [r, g, b, a = 1] = (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return a < 0.1 ? null : 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  }
  const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

  function vanished() {
    const wrong = new Set(), paper = document.body.appendChild(document.createElement("i"));
    paper.style.backgroundColor = "Canvas";
    const canvas = light(getComputedStyle(paper).backgroundColor);
    paper.remove();
    const ground = (el) => light(getComputedStyle(el).backgroundColor) ?? (el.parentElement ? ground(el.parentElement) : canvas);
    for (const el of all("svg :is(rect, circle, path, line, polyline, polygon, text)").filter(shown)) {
      if (el.closest("defs") || el.matches(".app-bar--ground, .app-grid")) continue;
      const style = getComputedStyle(el);
      const drawn = [style.fill, style.stroke].filter((colour) => colour !== "none").map(light).filter((one) => one !== null);
      if (drawn.length && !drawn.some((one) => contrast(one, ground(el.closest("svg"))) >= 3)) wrong.add(`drawn in the colour of the ground: ${say(el)}`);
    }
    for (const el of all(".govuk-button, .govuk-input, .govuk-textarea, .govuk-select, .govuk-tag, .app-late, .app-card, .app-money, .app-person, .govuk-notification-banner, .govuk-error-summary, .app-stats__card, .govuk-inset-text, .app-choices__way").filter(shown)) {
      const style = getComputedStyle(el);
      const edged = ["Top", "Right", "Bottom", "Left"].some((side) => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none");
      if (!edged && !(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)) wrong.add(`has no edge: ${say(el)}`);
    }
    return [...wrong];
  }

  function moves() {
    return document.getAnimations().map((one) => `moves: ${one.effect?.target ? say(one.effect.target) : one.id}`).concat(
      all("*").filter((el) => shown(el) && getComputedStyle(el).transitionDuration.split(",").some((time) => parseFloat(time) > 0)).map((el) => `fades: ${say(el)}`));
  }

  // On paper there is nothing to press, and nothing is white on white.
  function printed() {
    return all("button, .govuk-button, .app-account, nav, .govuk-skip-link").filter((el) => shown(el) && words(el.textContent)).map((el) => `printed too: ${say(el)}`);
  }

  // What opens says so, and closes again; what opens over the page closes by Esc.
  function opens() {
    const wrong = [];
    for (const el of all("button[aria-expanded]").filter(shown)) {
      const was = el.getAttribute("aria-expanded");
      el.click();
      const target = document.getElementById(el.getAttribute("aria-controls"));
      if (el.getAttribute("aria-expanded") === was) wrong.push(`opens nothing: ${say(el)}`);
      if (target && /absolute|fixed/.test(getComputedStyle(target).position)) {
        el.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
        if (el.getAttribute("aria-expanded") !== was) wrong.push(`Esc does not close ${say(el)}`);
      } else el.click();
      if (el.getAttribute("aria-expanded") !== was) wrong.push(`does not close again: ${say(el)}`);
    }
    for (const el of all("dialog, [popover], [aria-haspopup]")) wrong.push(`lies over the page, and nobody has tried Esc: ${say(el)}`);
    return wrong;
  }

  const inMain = () => {
    const main = document.querySelector("main");
    const on = (el) => main.contains(el) || Boolean(main.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING);
    return on(document.activeElement) || !controls().some(on); // a page that says only sorry has nothing to reach
  };

  // Where somebody may tell of abuse in their own words, the way out stands on the page.
  function wayOut() {
    const boxes = all("textarea").filter(shown);
    return boxes.length && !document.querySelector("[data-app-exit]") ? ["no way to exit quickly from a page with room for words"] : [];
  }

  function wear(css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }

  // ---- the keyboard: `watch` before the first Tab, `told` after the last ----

  const FOCUS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderTopColor", "borderTopWidth", "textDecorationThickness", "color"];
  // A radio and a task's title are drawn by something else than what has the focus.
  const drawnBy = (el) => [el, el.nextElementSibling, el.parentElement].filter(Boolean);
  const look = (el) => drawnBy(el).map((one) => ["", "::before", "::after"].map((part) => FOCUS.map((key) => getComputedStyle(one, part)[key]).join(" ")).join(" ")).join("\n");
  let log, plain, round;

  function expected() {
    const groups = new Set();
    return controls().filter((el) => {
      if (el.type !== "radio") return true;
      const group = `${el.form?.id}${el.name}`;
      return groups.has(group) ? false : groups.add(group);
    });
  }

  function arrived(event) {
    const el = document.activeElement;
    if (event.key !== "Tab" || !el || el === document.body) return;
    round ||= log.some((one) => one.el === el); // past the last control the way begins anew
    if (round) return;
    const at = box(el), style = getComputedStyle(el), rows = [...el.getClientRects()];
    const inView = (from, to, end) => Math.min(Math.max((Math.max(from, 0) + Math.min(to, end)) / 2, 0), end - 1);
    const points = [[inView(at.left, at.right, innerWidth), inView(at.top, at.bottom, innerHeight)]];
    for (const line of el.getClientRects()) points.push([line.left + 3, line.top + line.height / 2]);
    const own = (one) => one && (el.contains(one) || one.contains(el) || [...(el.labels || [])].some((label) => label.contains(one)) || el.parentElement.contains(one));
    // What stays at the edge while its table is scrolled lies there, and not where the table would have it.
    const stays = getComputedStyle(el.closest("th, td") || el).position === "sticky";
    const shift = stays ? 0 : el.parentElement.closest(".app-scroll")?.scrollLeft || 0;
    const under = points.map(([x, y]) => document.elementFromPoint(x, y));
    const onPage = (one) => ({ left: one.left + scrollX + shift, right: one.right + scrollX + shift, top: one.top + scrollY, bottom: one.bottom + scrollY });
    log.push({ // words that go on in the next line begin in their first and end in their last
      el, begins: onPage(rows[0] || at), ends: onPage(rows.at(-1) || at),
      seen: at.bottom > 0 && at.top < innerHeight && under.some(own), over: under[0] && !own(under[0]) ? say(under[0]) : "",
      marked: !plain.has(el) || look(el) !== plain.get(el), ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    });
  }

  function watch() {
    document.body.tabIndex = -1; // from the top, wherever the last way ended
    document.body.focus();
    document.body.removeAttribute("tabindex");
    window.scrollTo(0, 0);
    if (!log) document.addEventListener("keyup", arrived, true);
    log = [];
    round = false;
    plain = new Map(controls().map((el) => [el, look(el)]));
    return expected().length;
  }

  const unreached = () => expected().filter((el) => !log.some((one) => one.el === el || (el.type === "radio" && one.el.name === el.name)));
  const reached = () => round || !unreached().length;

  function told(forced) {
    const wrong = new Set(unreached().map((el) => `Tab never reaches ${say(el)}`));
    for (const one of log) {
      if (!one.marked) wrong.add(`nothing shows the focus on ${say(one.el)}`);
      if (forced && !one.ring && !one.el.matches("input[type=radio], input[type=checkbox]")) wrong.add(`no ring in forced colours on ${say(one.el)}`);
      if (!one.seen) wrong.add(`the focus is out of sight or covered${one.over ? ` by ${one.over}` : ""}: ${say(one.el)}`);
    }
    const way = log.filter((one) => !hiddenForEyes(one.el));
    for (let i = 1; i < way.length; i++) {
      const [a, b] = [way[i - 1], way[i]];
      if (a.el.contains(b.el)) continue;
      const [from, to] = [a.ends, b.begins];
      const row = Math.min(from.bottom, to.bottom) - Math.max(from.top, to.top) > Math.min(from.bottom - from.top, to.bottom - to.top) / 2;
      if (row ? to.left < from.left - 1 : to.bottom <= from.top + 1 && to.left < from.right - 1) wrong.add(`back to the ${row ? "left" : "top"}: after ${say(a.el)} comes ${say(b.el)}`);
    }
    return [...wrong];
  }

  return { printed, opens, inMain, wayOut, wear, names, outline, tables, stacked, targets, help, clipped, vanished, moves, watch, reached, told, controls: () => controls().length };
})();
