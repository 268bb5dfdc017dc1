"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const form = document.getElementById("filters");
  const status = document.getElementById("shown");
  const search = document.getElementById("search");
  const groups = all("details.group");
  const changes = all(".change");
  const rows = all("tr.removal");
  const nodes = all("li.node").reverse();
  const folds = all("details.group, details.more");
  const selects = all("#filters select");
  let texts = null;

  // The changes of a large page leave out what their place says.
  function place(change) {
    const names = [];
    for (let node = change.closest("li.node"); node; node = node.parentElement.closest("li.node")) {
      names.unshift(node.querySelector("bdi").textContent);
    }
    return change.dataset.kind + ":" + names.join("/");
  }
  for (const change of changes) {
    if (change.dataset.action === undefined) {
      change.dataset.address = place(change);
      change.dataset.action = change.classList[1];
      change.dataset.group = change.closest("details.group").id.slice("group-".length);
      change.dataset.state = change.dataset.state || "";
    }
  }

  const textOf = (element) => (element.dataset.address + " " + element.textContent).toLowerCase();

  function index() {
    if (!texts) {
      texts = new Map(changes.concat(rows).map((element) => [element, textOf(element)]));
    }
    return texts;
  }

  function matcher() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = selects.filter((select) => select.value).map((select) => [select.name, select.value]);
    const known = words.length ? index() : null;
    const matches = (element) =>
      wanted.every(([name, value]) =>
        value === "any" ? element.dataset[name] !== "" : value === "none" ? element.dataset[name] === "" : element.dataset[name] === value.slice(1)
      ) && words.every((word) => known.get(element).includes(word));
    return { matches, active: words.length + wanted.length > 0 };
  }

  function apply() {
    const { matches, active } = matcher();
    const found = new Set(changes.filter(matches));
    const live = new Set();
    for (const node of nodes) {
      const own = all(":scope > .change", node);
      const inside = all(":scope > ul > li", node).some((child) => live.has(child));
      const hit = own.some((change) => found.has(change));
      if (hit || inside) {
        live.add(node);
      }
      node.hidden = !(hit || inside);
      for (const change of own) {
        change.classList.toggle("context", active && !found.has(change));
      }
    }
    for (const group of groups) {
      group.hidden = !all(".node", group).some((node) => live.has(node));
      if (active && !group.hidden && found.size <= 500) {
        group.open = true;
      }
    }
    let removed = 0;
    for (const row of rows) {
      row.hidden = !matches(row);
      removed += row.hidden ? 0 : 1;
    }
    for (const section of all(".removals")) {
      section.hidden = active && !removed;
    }
    count(active, found.size);
  }

  function count(active, found) {
    const planned = Number(status.dataset.total);
    const total = planned.toLocaleString("en");
    const noun = planned === 1 ? "change" : "changes";
    const here = changes.length.toLocaleString("en");
    const rest = changes.length < planned ? ` The page has ${here} of them.` : "";
    status.textContent = (active ? `${found.toLocaleString("en")} of ${total} ${noun} shown.` : `${total} ${noun}.`) + rest;
  }

  let waiting = 0;
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(apply, changes.length > 1000 ? 150 : 0);
  }

  function fold(open) {
    for (const group of folds) {
      group.open = open;
    }
  }

  const contents = document.querySelector(".contents");
  if (contents && matchMedia("(max-width: 40rem)").matches) {
    contents.open = false;
  }

  if (form) {
    for (const part of all(".scripted")) {
      part.hidden = false;
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", soon);
    form.addEventListener("reset", () => setTimeout(apply, 0));
    document.getElementById("unfold").addEventListener("click", () => fold(true));
    document.getElementById("fold").addEventListener("click", () => fold(false));
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, select, textarea");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.focus();
      }
    });
    count(false, 0);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#group-"]');
    const group = link && document.getElementById(link.hash.slice(1));
    if (group) {
      group.open = true;
    }
  });

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const part of closed) {
      part.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const part of closed) {
      part.open = false;
    }
  });
})();
