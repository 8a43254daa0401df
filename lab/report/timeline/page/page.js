/**
 * The page: lanes that are drawn once, and panels that follow the present step. All text goes in as text, never as markup.
 *
 * @module
 */
import { highlight, lanesAt, memoryAt, nextTurn, objectsAt, stepOfHash, wordsOf } from "./state.js";

const { trace, texts, words: wordNames, tags, waits, rows } = JSON.parse(document.getElementById("data").textContent);
const { lanes, objects, steps, sources, critical, racing = [] } = trace;
const words = wordsOf(steps);
const byId = (id) => document.getElementById(id);
const color = (lane) => `var(--lane-${lane % 6})`;
let now = 0;

/** An element with a class, some text or children, and attributes. */
function make(name, className, content = [], attributes = {}) {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  element.append(...[content].flat());
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function tag(lane) {
  const element = make("span", "tag", tags[lane], { title: lanes[lane] });
  element.style.setProperty("--lane", color(lane));
  return element;
}

function objectName(index) {
  return index === null || objects[index] === undefined ? "something" : `${objects[index].kind} ${objects[index].name}`;
}

// --- the lanes

const items = [];
const folds = [];

function drawLanes() {
  document.documentElement.style.setProperty("--lanes", String(lanes.length));
  byId("lanes").append(
    make("span", ""),
    ...lanes.map((name, lane) => {
      const head = make("span", "", [tag(lane), ` ${name}`], { title: name });
      head.style.color = color(lane);
      return head;
    }),
  );
  const list = byId("steps");
  for (const row of rows) {
    if (row.folded) list.append(makeFold(row));
    for (let index = row.from; index < row.to; index++) {
      items[index] = makeStep(steps[index], index);
      items[index].hidden = row.folded;
      list.append(items[index]);
    }
  }
}

function makeFold({ lane, from, to }) {
  const button = make("button", "fold", `${to - from} steps`, { type: "button", "aria-expanded": "false" });
  button.style.gridColumn = String(lane + 2);
  const fold = { from, to, button };
  folds.push(fold);
  button.addEventListener("click", () => {
    setOpen(fold, button.getAttribute("aria-expanded") === "false");
    drawLines();
  });
  return make("li", "", [make("span", "number"), button]);
}

function setOpen({ from, to, button }, open) {
  button.setAttribute("aria-expanded", String(open));
  for (let index = from; index < to; index++) items[index].hidden = !open;
}

function makeStep(step, index) {
  const line = step.file === null || step.line === null ? undefined : sources[step.file]?.[step.line - 1];
  const shown = line === undefined || step.event !== undefined ? texts[index] : line.trim();
  const button = make("button", `step ${step.what} ${step.event === undefined ? "" : "event"}`, [
    make("span", "at", step.line === null ? "" : `${step.line} `),
    shown,
  ], { type: "button", tabindex: "-1", "aria-describedby": "tip" });
  if (step.fault !== undefined) button.append(" ", make("span", "fault", step.fault));
  // Before the line, of which a narrow lane shows only the beginning.
  if (racing.includes(index)) {
    button.prepend(make("span", "fault", "~", { title: "In no order with the other ~" }), " ");
  }
  button.style.gridColumn = String(step.lane + 2);
  button.style.gridRow = "1";
  button.addEventListener("click", () => go(index));
  for (const event of ["pointerenter", "focus"]) button.addEventListener(event, () => showTip(index, button));
  for (const event of ["pointerleave", "blur"]) button.addEventListener(event, hideTip);
  const item = make("li", critical?.step === index ? "critical-step" : "", [
    make("span", "number", String(index + 1)),
    button,
  ]);
  const stopped = steps[index - 1]?.lane;
  if (step.preempted && stopped !== undefined && stopped !== step.lane) {
    const note = make("span", "stopped", critical?.step === index ? "stopped here: it matters" : "stopped here");
    note.style.gridColumn = String(stopped + 2);
    item.append(note);
  }
  return item;
}

// --- lifelines, waits, wake-ups

function drawLines() {
  const svg = byId("lines");
  const box = byId("drawing").getBoundingClientRect();
  const columns = [...byId("lanes").children].slice(1).map((head) => head.getBoundingClientRect().left - box.left + 11);
  const heights = items.map((item, index) => {
    const visible = item.hidden ? folds.find(({ from, to }) => from <= index && index < to).button.parentElement : item;
    const { top, height } = visible.getBoundingClientRect();
    return top - box.top + height / 2;
  });
  const shapes = [];
  const shape = (name, className, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    element.setAttribute("class", className);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    shapes.push(element);
    return element;
  };
  const vertical = (className, lane, from, to) =>
    shape("line", className, { x1: columns[lane], x2: columns[lane], y1: heights[from], y2: heights[to] });

  lanes.forEach((_, lane) => {
    const first = steps.findIndex((step) => step.lane === lane);
    if (first === -1) return;
    const end = steps.findLastIndex((step) => step.lane === lane && step.operation === "end");
    vertical("life", lane, first, end === -1 ? steps.length - 1 : end).style.stroke = color(lane);
  });
  steps.forEach(({ lane }, index) => {
    if (steps[index + 1]?.lane === lane) vertical("run", lane, index, index + 1).style.stroke = color(lane);
  });
  steps.forEach(({ lane, preempted }, index) => {
    const stopped = steps[index - 1]?.lane;
    if (!preempted || stopped === undefined || stopped === lane) return;
    // Between the rows, so that it crosses no text.
    const between = (heights[index - 1] + heights[index]) / 2 + 1;
    shape("path", critical?.step === index ? "preemption critical-line" : "preemption", {
      d: `M ${columns[stopped]} ${heights[index - 1]} V ${between} H ${columns[lane]} V ${heights[index]}`,
    });
  });
  for (const { lane, from, to, wokenBy } of waits) {
    const x = columns[lane];
    const last = to === null ? heights.at(-1) + 14 : heights[to];
    // Just below the post; a preemption that comes then is drawn a little lower.
    const woken = wokenBy === null ? last : heights[wokenBy] + 9;
    shape("line", "wait", { x1: x, x2: x, y1: heights[from], y2: woken });
    if (wokenBy === null) continue;
    shape("line", "ready", { x1: x, x2: x, y1: woken, y2: last });
    const start = columns[steps[wokenBy].lane];
    const side = x > start ? -1 : 1;
    shape("path", "wake", { d: `M ${start} ${heights[wokenBy]} V ${woken} H ${x + side * 12}` });
    shape("path", "wake-head", { d: `M ${x + side * 4} ${woken} l ${side * 9} -4.5 v 9 z` });
  }
  steps.forEach((step, index) => {
    if (items[index].hidden) return;
    const dot = shape("circle", "dot", {
      cx: columns[step.lane],
      cy: heights[index],
      r: step.event === undefined ? 4.5 : 3,
    });
    dot.style.fill = step.what === "parked" || step.what === "failed" ? "var(--bad)" : color(step.lane);
  });
  for (const { from, button } of folds) {
    if (button.getAttribute("aria-expanded") === "true") continue;
    const dot = shape("circle", "dot", { cx: columns[steps[from].lane], cy: heights[from], r: 3 });
    dot.style.fill = color(steps[from].lane);
  }
  svg.replaceChildren(...shapes);
}

// --- values on hover and focus

function detail(index) {
  const step = steps[index];
  return [
    `${lanes[step.lane]}: ${texts[index]}`,
    ...(step.what === "parked" ? [`waits for ${objectName(step.object)}`] : []),
    ...(step.what === "woken" ? ["goes on after waiting"] : []),
    ...(step.fault === undefined ? [] : [`fault: ${step.fault}`]),
    ...step.changes.map((change, at) => `${wordNames[index][at]}: ${change.old} → ${change.new}`),
    ...(step.values ?? []).map(({ object, text }) => `${objectName(object)}: ${text}`),
    ...step.woke.map((lane) => `${lanes[lane]} may go on`),
  ];
}

function showTip(index, button) {
  const tip = byId("tip");
  tip.textContent = detail(index).join("\n");
  tip.hidden = false;
  const { left, bottom, top } = button.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  tip.style.top = `${bottom + height + 8 < innerHeight ? bottom + 4 : top - height - 4}px`;
}

function hideTip() {
  byId("tip").hidden = true;
}

// --- panels

const lineElements = new Map();

function drawSource() {
  for (const [file, lines] of Object.entries(sources)) {
    const elements = lines.map((line, index) =>
      make("div", "", [
        make("span", "tags"),
        make("span", "line", String(index + 1)),
        make("code", "", highlight(line).map(([kind, text]) => kind === "" ? text : make("span", kind, text))),
      ])
    );
    lineElements.set(file, elements);
    byId("source").append(make("h2", "", file), make("div", "lines", elements));
  }
}

function showSource(states) {
  for (const element of byId("source").querySelectorAll(".here")) {
    element.classList.remove("here", "present");
    element.firstChild.replaceChildren();
  }
  states.forEach(({ file, line, does }, lane) => {
    const element = file === null || line === null || does === "ended" ? undefined : lineElements.get(file)?.[line - 1];
    if (element === undefined) return;
    element.firstChild.append(tag(lane));
    const isPresent = steps[now]?.lane === lane;
    if (isPresent || !element.classList.contains("present")) element.style.setProperty("--lane", color(lane));
    element.classList.add("here");
    if (isPresent) {
      element.classList.add("present");
      reveal(byId("source"), element);
    }
  });
}

/** Scrolls a panel, and nothing around it, until the element is well inside. */
function reveal(panel, element) {
  const [outer, inner] = [panel.getBoundingClientRect(), element.getBoundingClientRect()];
  const margin = Math.min(90, outer.height / 4);
  if (inner.top < outer.top + margin || inner.bottom > outer.bottom - margin) {
    panel.scrollTop += inner.top - outer.top - outer.height / 2;
  }
}

function showNow(states) {
  const step = steps[now];
  if (step === undefined) return;
  const others = states.flatMap(({ does, object }, lane) =>
    lane === step.lane || does === "not started" || does === "runs"
      ? []
      : [make("p", "", [tag(lane), ` ${does}${does === "waits" ? ` for ${objectName(object)}` : ""}`])]
  );
  byId("now").replaceChildren(
    make("p", "", [tag(step.lane), ` ${lanes[step.lane]}${step.line === null ? "" : `, line ${step.line}`}`]),
    make("p", "call", texts[now]),
    ...detail(now).slice(1).map((text) => make("p", "", text)),
    ...others,
  );
}

function showMemory() {
  const values = memoryAt(steps, words, now);
  const step = steps[now];
  const changed = new Map(step?.changes.map((change) => [`${change.object}+${change.offset}`, change]));
  const read = step?.word === undefined ? null : `${step.object}+${step.word.offset}`;
  byId("memory").replaceChildren(...objects.flatMap((object, index) => {
    const own = words.filter((word) => word.object === index);
    if (own.length === 0) return [];
    const cells = own.map(({ key, offset, size }) => {
      const change = changed.get(key);
      const cell = make("div", `word${change === undefined ? key === read ? " read" : "" : " changed"}`, [
        make("small", "", offset % size === 0 ? `[${offset / size}]` : `+${offset}`),
        ...(change === undefined ? [] : [make("del", "", change.old), " "]),
        values.get(key),
      ], { title: `${size} bytes at offset ${offset} of ${object.name}`, "data-word": key });
      return cell;
    });
    return [make("h2", "", `${object.kind} ${object.name}`), make("div", "words", cells)];
  }));
}

function showObjects(states) {
  const texts = objectsAt(objects, steps, now);
  const rows = objects.flatMap(({ kind, name }, index) => {
    const waiting = states.flatMap(({ object, does }, lane) => object === index ? [tag(lane), ` ${does} `] : []);
    if (texts[index] === null && waiting.length === 0) return [];
    const changed = steps[now]?.values?.some(({ object }) => object === index) === true;
    return [
      make("tr", changed ? "changed" : "", [
        make("td", "", `${kind} ${name}`),
        make("td", "mono", texts[index] ?? ""),
        make("td", "", waiting),
      ]),
    ];
  });
  byId("objects").replaceChildren(...(rows.length === 0 ? [] : [make("table", "", make("tbody", "", rows))]));
}

// --- stepping

function go(to) {
  now = Math.max(0, Math.min(steps.length - 1, to));
  const fold = folds.find(({ from, to }) => from <= now && now < to);
  if (fold !== undefined && items[now].hidden) {
    setOpen(fold, true);
    drawLines();
  }
  items.forEach((item, index) => {
    item.classList.toggle("now", index === now);
    item.classList.toggle("later", index > now);
    item.children[1].tabIndex = index === now ? 0 : -1;
    if (index === now) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  for (const { from, button } of folds) button.parentElement.classList.toggle("later", from > now);
  if (document.activeElement?.classList.contains("step")) items[now].children[1].focus({ preventScroll: true });
  const states = lanesAt(lanes, steps, waits, now);
  reveal(byId("timeline"), items[now]);
  showSource(states);
  showNow(states);
  showMemory();
  showObjects(states);
  byId("slider").value = String(now + 1);
  byId("slider").setAttribute("aria-valuetext", `step ${now + 1}: ${detail(now)[0]}`);
  byId("count").textContent = `${now + 1} of ${steps.length}`;
  history.replaceState(null, "", `#step=${now + 1}`);
}

const MOVES = {
  first: () => 0,
  back: () => now - 1,
  on: () => now + 1,
  last: () => steps.length - 1,
  stop: () => nextTurn(steps, now),
};
const KEYS = {
  ArrowLeft: "back",
  ArrowUp: "back",
  ArrowRight: "on",
  ArrowDown: "on",
  Home: "first",
  End: "last",
  n: "stop",
  N: "stop",
};

function listen() {
  document.addEventListener("keydown", (event) => {
    const move = KEYS[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    // A panel that has the focus is scrolled by up and down.
    const isScrolled = document.activeElement?.matches("#source, #state") === true;
    if (isScrolled && /^Arrow(Up|Down)$/.test(event.key)) return;
    event.preventDefault();
    go(MOVES[move]());
  });
  for (const button of document.querySelectorAll("[data-go]")) {
    button.addEventListener("click", () => go(MOVES[button.dataset.go]()));
  }
  byId("slider").addEventListener("input", () => go(Number(byId("slider").value) - 1));
  byId("critical")?.addEventListener("click", () => go(critical.step));
  byId("copy").addEventListener("click", copy);
  addEventListener("hashchange", () => go(stepOfHash(location.hash, steps.length) ?? now));
  new ResizeObserver(drawLines).observe(byId("drawing"));
}

async function copy() {
  const command = byId("command");
  try {
    await navigator.clipboard.writeText(command.textContent);
    byId("copy").textContent = "Copied";
  } catch {
    // Where a page may not write to the clipboard, it is marked, and the keyboard copies it.
    getSelection().selectAllChildren(command);
    byId("copy").textContent = "Marked: copy it by keyboard";
  }
}

if (steps.length > 0) {
  for (const element of [document.querySelector("main"), byId("controls")]) element.hidden = false;
  byId("slider").max = String(steps.length);
  drawSource();
  drawLanes();
  const asked = stepOfHash(location.hash, steps.length);
  // Just before what matters; where all are stuck, that is the end.
  const turn = critical?.step ?? racing[1] ??
    (trace.end.blocked.length > 0 ? -1 : steps.findLastIndex((step) => step.preempted));
  go(asked ?? (turn === -1 ? steps.length - 1 : turn - 1));
  listen();
}
