"use strict";
// The rows come as JSON and enter the page as text only: what stands in a file can be no part of the page itself.
(() => {
  const PAGE = 40, FIRST = 5, STEP = 200, CUT = 200;
  const RISKS = ["high", "medium", "low"];
  const { about, elements } = JSON.parse(document.getElementById("rows").textContent);
  const at = (id) => document.getElementById(id);
  const number = (count) => count === null ? "" : count.toLocaleString("en");
  const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;
  const state = { page: 0, risks: new Set(RISKS) };

  function make(kind, classes, text) {
    const made = document.createElement(kind);
    if (classes) made.className = classes;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function button(text, press, classes) {
    const made = make("button", classes, text);
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  }

  // --- what is asked for ---

  const lower = new WeakMap();
  function lowered(row, text) {
    if (!lower.has(row)) lower.set(row, text().toLowerCase());
    return lower.get(row);
  }

  function asked() {
    return {
      words: at("search").value.trim().toLowerCase(), vr: at("vr").value, kind: at("kind").value,
      action: at("action").value, found: at("found").value, stays: at("stays").checked,
    };
  }

  function fits(element, ask) {
    return (!ask.vr || element.vr === ask.vr || element.dictionary_vr === ask.vr) &&
      (!ask.kind || element.private === (ask.kind === "private")) &&
      (!ask.action || element.action + " " + element.what === ask.action) && (!ask.stays || element.stays);
  }

  function chosen(ask) {
    const found = [];
    for (const element of elements) {
      if (!fits(element, ask)) continue;
      const named = ask.words && lowered(element, () => [element.path, element.name, element.tag, element.vr].join("\n"))
        .includes(ask.words);
      const values = element.values.filter((row) => state.risks.has(row.risk) &&
        (!ask.found || row.classes.split(", ").includes(ask.found)) &&
        (!ask.words || named || lowered(row, () => row.value).includes(ask.words)));
      if (values.length) found.push({ element, values });
    }
    return found.sort(ORDERS[at("order").value]);
  }

  const by = (value) => (one, other) => {
    const left = value(one.element), right = value(other.element);
    return left < right ? -1 : left > right ? 1 : one.element.number - other.element.number;
  };
  const ORDERS = {
    risk: by((each) => each.number), path: by((each) => each.path.toLowerCase()), tag: by((each) => each.order),
    distinct: by((each) => -each.distinct), instances: by((each) => -each.instances),
  };

  // --- what is shown ---

  function marked(into, text, words) {
    const where = words ? text.toLowerCase().indexOf(words) : -1;
    if (where < 0) return into.append(text);
    into.append(text.slice(0, where), make("mark", "", text.slice(where, where + words.length)),
      text.slice(where + words.length));
  }

  function valueCell(row, words) {
    const cell = make("td", "value" + (row.kind === "value" ? "" : " told"));
    if (row.kind === "value" && row.value === "") { cell.classList.add("none"); cell.append("empty"); return cell; }
    const long = row.value.length > CUT;
    let open = long && words && row.value.slice(CUT).toLowerCase().includes(words);
    const show = () => {
      cell.textContent = "";
      marked(cell, long && !open ? row.value.slice(0, CUT) + " ... " : row.value + " ", words);
      if (row.more && (open || !long)) cell.append(make("span", "about", `the other ${number(row.more)} characters are in the Parquet file`));
      if (long) cell.append(button(open ? "show less" : `show all ${number(row.value.length)} characters`,
        () => { open = !open; show(); }, "more"));
    };
    show();
    return cell;
  }

  function valueRow(row, words, element) {
    const line = make("tr");
    const found = make("td", "found");
    if (row.risk !== element.risk || row.classes) found.append(make("span", "tag " + row.risk, row.risk), " ");
    found.append(row.classes || (row.risk_why !== element.first_why ? row.risk_why : ""));
    line.append(valueCell(row, words), found);
    for (const count of [row.occurrences, row.instances, row.patients]) line.append(make("td", "", number(count)));
    return line;
  }

  function head(element, words) {
    const title = make("h2", "path");
    const cut = element.path.length - element.step.length;
    const above = make("span", "above");
    if (cut > 0) { marked(above, element.path.slice(0, cut), words); title.append(above); }
    marked(title, element.step, words);
    const vr = element.dictionary_vr ? `${element.vr}, by the dictionary ${element.dictionary_vr}` : element.vr;
    const tag = element.private || element.step === element.tag ? "" : element.tag;
    const told = [tag, vr, element.private ? element.name || "no name known" : "", element.number_of_values];
    const aside = make("span", "about");
    marked(aside, told.filter(Boolean).join(" · "), words);
    title.append(aside);
    const proposed = make("div", "proposed" + (element.stays && element.risk !== "low" ? " stays" : ""));
    proposed.append(make("span", "tag " + element.risk, element.risk), " ", make("b", "", element.action), " " + element.what);
    const line = make("div", "head");
    line.append(title, proposed);
    return line;
  }

  function block({ element, values }, words) {
    const made = make("article", "of-" + element.risk);
    const why = element.first_why ? `Risk: ${element.first_why}. ` : "";
    made.append(head(element, words), make("p", "because", `${why}Proposed by: ${element.because}`));
    const table = make("table"), heads = make("tr"), body = make("tbody");
    const found = values.some((row) => row.classes || row.risk !== element.risk || row.risk_why !== element.first_why);
    for (const [name, classes] of [["value", ""], [found ? "found" : "", "found"], ["occurrences", ""], ["Instances", ""], ["patients", ""]])
      heads.append(make("th", classes, name));
    table.append(make("thead"), body);
    table.tHead.append(heads);
    made.append(table);
    let shown = 0;
    const more = (count) => {
      for (const row of values.slice(shown, shown + count)) body.append(valueRow(row, words, element));
      shown = Math.min(shown + count, values.length);
      made.querySelector(":scope > .more")?.remove();
      const left = values.length - shown;
      if (left) made.append(button(left > STEP ? `show ${STEP} more of ${number(left)}` : `show ${number(left)} more`,
        () => more(STEP), "more"));
    };
    more(values.length <= FIRST + 2 ? values.length : FIRST);
    return made;
  }

  function show() {
    const ask = asked(), found = chosen(ask);
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, pages - 1);
    const values = found.reduce((sum, each) => sum + each.values.length, 0);
    at("shown").textContent = `${number(found.length)} of ${plural(elements.length, "element", "elements")}, ` +
      plural(values, "row", "rows");
    const part = found.slice(state.page * PAGE, (state.page + 1) * PAGE);
    at("elements").replaceChildren(...part.map((each) => block(each, ask.words)));
    if (!part.length) at("elements").append(make("p", "nothing", "Nothing fits these filters."));
    const turn = (to) => () => { state.page = to; show(); at("tools").scrollIntoView(); };
    const back = button("Previous", turn(state.page - 1)), next = button("Next", turn(state.page + 1));
    back.disabled = state.page === 0;
    next.disabled = state.page >= pages - 1;
    at("pages").replaceChildren(back, make("span", "", `page ${state.page + 1} of ${number(pages)}`), next);
  }

  // --- the beginning ---

  function fill(select, words, told) {
    const counts = new Map();
    for (const word of words) counts.set(word, (counts.get(word) || 0) + 1);
    select.append(new Option("all", ""));
    for (const word of [...counts.keys()].sort()) select.append(new Option(`${told(word)} (${number(counts.get(word))})`, word));
    select.disabled = counts.size === 0;
  }

  function begin() {
    for (const [place, element] of elements.entries()) {
      element.number = place;
      element.first_why = element.values[0].risk_why;
      element.number_of_values = element.is_cut ? `more than ${plural(element.distinct, "distinct value", "distinct values")}` :
        element.distinct ? plural(element.distinct, "distinct value", "distinct values") : "";
    }
    at("facts").textContent = about.facts;
    at("notes").append(...about.notes.map((note) => make("li", "", note)));
    fill(at("vr"), elements.map((each) => each.vr).filter(Boolean), (vr) => vr);
    fill(at("action"), elements.map((each) => each.action + " " + each.what), (what) => what);
    fill(at("found"), elements.flatMap((each) => each.values.flatMap((row) => row.classes ? row.classes.split(", ") : [])), (kind) => kind);
    const counts = Object.fromEntries(RISKS.map((risk) => [risk, 0]));
    for (const element of elements) for (const row of element.values) counts[row.risk] += 1;
    for (const risk of RISKS) {
      const made = button(`${risk} ${number(counts[risk])}`, () => {
        if (!state.risks.delete(risk)) state.risks.add(risk);
        made.setAttribute("aria-pressed", state.risks.has(risk));
        again();
      }, risk);
      made.setAttribute("aria-pressed", "true");
      at("risks").append(made);
    }
    let waiting = 0;
    at("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(again, 150); });
    for (const id of ["vr", "kind", "action", "found", "order", "stays"]) at(id).addEventListener("change", again);
    const told = new URLSearchParams(location.hash.slice(1));
    if (told.has("q")) at("search").value = told.get("q");
    show();
    document.body.dataset.ready = "yes";
  }

  function again() { state.page = 0; show(); }
  begin();
})();
