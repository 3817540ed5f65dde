"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // Elements, and text that is never markup.

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    fill(made, attributes, children);
    return made;
  }

  function drawn(name, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    fill(made, attributes, children);
    return made;
  }

  function fill(made, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  }

  // A choice, with its label.
  function choice(label, options, onchange) {
    const select = element("select", { onchange: () => onchange(Number(select.value)) });
    options.forEach((option, place) => select.append(element("option", { value: place }, option)));
    return element("label", {}, label, select);
  }

  // Light and dark.

  const themed = [];

  function isDark() {
    const chosen = root.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function restyle() {
    for (const draw of themed) draw();
  }

  (() => {
    const place = document.getElementById("theme");
    const button = element("button", {
      type: "button",
      class: "plain",
      onclick: () => {
        root.dataset.theme = isDark() ? "light" : "dark";
        restyle();
      },
    });
    themed.push(() => (button.textContent = isDark() ? "Light theme" : "Dark theme"));
    place.append(button);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
  })();

  // Escape closes an explanation without moving the focus.

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const term of document.querySelectorAll(".term")) term.classList.add("closed");
  });
  for (const term of document.querySelectorAll(".term")) {
    for (const kind of ["pointerenter", "focusin"]) {
      term.addEventListener(kind, () => term.classList.remove("closed"));
    }
  }

  // Paper has no closed boxes.

  addEventListener("beforeprint", () => {
    for (const box of document.querySelectorAll("details")) box.open = true;
  });

  const embedded = document.getElementById("data");
  if (embedded) interactive(JSON.parse(embedded.textContent));
  restyle();

  function interactive(data) {
    // Numbers as people read them.

    function civil(seconds) {
      let offset = data.clock[0][1];
      for (const [from, other] of data.clock) if (seconds >= from) offset = other;
      return new Date((Math.floor(seconds) + offset) * 1000);
    }

    const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const two = (number) => String(number).padStart(2, "0");

    function clock(seconds, exact) {
      const at = civil(seconds);
      const first = civil(0);
      const time = two(at.getUTCHours()) + ":" + two(at.getUTCMinutes()) + (exact ? ":" + two(at.getUTCSeconds()) : "");
      const day = (date) => Math.floor(date.getTime() / 86400000);
      if (day(at) === day(first)) return time;
      if (Math.abs(day(at) - day(first)) < 6) return days[at.getUTCDay()] + " " + time;
      return at.getUTCFullYear() + "-" + two(at.getUTCMonth() + 1) + "-" + two(at.getUTCDate()) + " " + time;
    }

    function length(seconds) {
      const size = Math.abs(seconds);
      const sign = seconds < 0 ? "−" : "";
      if (Math.round(size * 10) < 600) return sign + Math.round(size * 10) / 10 + " s";
      const whole = Math.round(size);
      if (whole < 3600) return sign + Math.floor(whole / 60) + " min" + (whole % 60 ? " " + two(whole % 60) + " s" : "");
      const minutes = Math.round(size / 60);
      return sign + Math.floor(minutes / 60) + " h" + (minutes % 60 ? " " + two(minutes % 60) + " min" : "");
    }

    function shown(value, kind) {
      if (value === null) return "–";
      if (kind === "instant") return clock(value, true);
      if (kind === "length") return length(value);
      if (kind === "truth") return value ? "yes" : "no";
      return String(value);
    }

    const article = (noun) => ("aeiou".includes(noun[0]) ? "an " : "a ") + noun;
    const label = (name) => name.replace(/_s$/, "").replaceAll("_", " ");

    // One discipline and replication at a time.

    const chosen = { arm: 0, replication: 0 };
    const views = [];
    const told = data.arms.map((arm, place) => place).filter((place) => data.arms[place].replications.length > 0);
    if (told.length > 0) chosen.arm = told[0];
    const current = () => data.arms[chosen.arm].replications[chosen.replication];

    function switches() {
      const box = element("div", { class: "controls" });
      const arms = choice("Discipline", told.map((place) => data.arms[place].name), (place) => {
        chosen.arm = told[place];
        chosen.replication = Math.min(chosen.replication, data.arms[chosen.arm].replications.length - 1);
        refresh();
      });
      arms.classList.add("arm-switch");
      box.append(arms);
      const names = (data.arms[told[0]] || { replications: [] }).replications.map((it) => String(it.replication));
      if (names.length > 1) {
        const replications = choice("Replication", names, (place) => {
          chosen.replication = place;
          refresh();
        });
        replications.classList.add("replication-switch");
        box.append(replications);
      }
      return box;
    }

    function refresh() {
      for (const label of document.querySelectorAll(".arm-switch select")) label.value = told.indexOf(chosen.arm);
      for (const label of document.querySelectorAll(".replication-switch select")) label.value = chosen.replication;
      for (const view of views) view();
    }

    curve();
    day();
    tickets();
    segments();
    refresh();

    // How the queue empties: to zoom with the pointer or the buttons, to read with the pointer or the slider.

    function curve() {
      const place = document.getElementById("curve-view");
      if (!place) return;
      const series = [{ name: "arrivals", colour: "#808080", dashes: [3, 4], curve: data.arrivals }, ...data.arms];
      const lines = series.filter((line) => line.curve[0].length > 1);
      // Broken lines last: where they lie on an unbroken one, both are seen.
      lines.sort((a, b) => Math.min(a.dashes.length, 1) - Math.min(b.dashes.length, 1));
      const joined = uPlot.join(lines.map((line) => line.curve));
      // Between two of its own points a line is straight, and after its end it stays.
      for (let line = 0; line < lines.length; line += 1) joined[line + 1] = between(joined[0], lines[line].curve);
      const last = joined[0][joined[0].length - 1];
      const plot = element("div", { id: "curve-plot", "aria-hidden": "true" });
      const values = lines.map(() => element("strong", {}));
      const at = element("strong", {});
      const slider = element("input", {
        type: "range", min: 0, max: Math.ceil(last), step: Math.max(1, Math.round(last / 400)), value: 0,
        "aria-label": "Read the curve at",
        oninput: () => read(Number(slider.value)),
      });
      const seen = lines.map(() => true);
      const boxes = lines.map((line, place) => {
        const box = element("input", {
          type: "checkbox", checked: true,
          onchange: () => {
            seen[place] = box.checked;
            if (chart) chart.setSeries(place + 1, { show: box.checked });
          },
        });
        const swatch = element("span", { class: "swatch" });
        themed.push(() => (swatch.style.borderTopColor = visible(line.colour)));
        if (line.dashes.length > 0) swatch.style.borderTopStyle = "dashed";
        return element("label", { class: "check" }, box, swatch, line.name + ": ", values[place]);
      });
      const button = (name, act) => element("button", { type: "button", class: "plain", onclick: act }, name);
      place.append(
        element("p", { class: "caption" }, `Tickets with ${article(data.gain)}, ${data.replications > 1 ? "mean of all replications" : "in one replication"}`),
        plot,
        element("div", { class: "controls" },
          element("label", {}, "Time", slider), element("span", {}, "At ", at),
          button("Zoom in", () => zoom(0.5)), button("Zoom out", () => zoom(2)), button("Whole curve", () => range(0, last))),
        element("div", { class: "controls", role: "group", "aria-label": "Tickets by then" }, boxes),
        element("p", { class: "note" }, "Drag across the curve to zoom in, and click twice to see all of it."));
      let chart = null;

      function visible(colour) {
        if (!isDark()) return colour;
        return { "#000000": "#FFFFFF", "#623C96": "#B79CE0", "#0072B2": "#4BA3DB" }[colour] || colour;
      }

      function between(times, [own, counts]) {
        let next = 0;
        return times.map((time) => {
          while (next < own.length && own[next] < time) next += 1;
          if (next >= own.length) return counts[counts.length - 1];
          if (own[next] === time || next === 0) return own[next] === time ? counts[next] : 0;
          const share = (time - own[next - 1]) / (own[next] - own[next - 1]);
          return counts[next - 1] + share * (counts[next] - counts[next - 1]);
        });
      }

      function read(seconds) {
        at.textContent = clock(seconds, true);
        slider.setAttribute("aria-valuetext", clock(seconds, true));
        lines.forEach((line, place) => {
          values[place].textContent = between([seconds], line.curve)[0].toFixed(1);
        });
      }

      function range(from, to) {
        if (chart) chart.setScale("x", { min: Math.max(0, from), max: Math.min(last, to) });
      }

      function zoom(factor) {
        if (!chart) return;
        const { min, max } = chart.scales.x;
        const middle = Math.min(Math.max(Number(slider.value), min), max);
        const half = ((max - min) * factor) / 2;
        range(middle - half, middle + half);
      }

      function ticks(self, axis, min, max) {
        const steps = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 43200, 86400];
        const wanted = Math.max(2, Math.floor(self.width / 110));
        const step = steps.find((step) => (max - min) / step <= wanted) || 86400 * Math.ceil((max - min) / 86400 / wanted);
        const found = [];
        const shift = ((Math.floor(civil(0).getTime() / 1000) % step) + step) % step;
        for (let tick = Math.ceil((min + shift) / step) * step - shift; tick <= max; tick += step) found.push(tick);
        return found;
      }

      function draw() {
        const style = getComputedStyle(root);
        const ink = style.getPropertyValue("--muted").trim();
        const grid = { stroke: style.getPropertyValue("--line").trim(), width: 1 };
        if (chart) chart.destroy();
        const wide = Math.max(280, place.clientWidth);
        chart = new uPlot({
          width: wide, height: Math.round(Math.min(420, 180 + wide / 4)),
          legend: { show: false },
          cursor: { y: false, drag: { x: true, y: false } },
          scales: { x: { time: false }, y: { range: (self, min, max) => [0, Math.max(1, max * 1.05)] } },
          axes: [
            { stroke: ink, grid, ticks: grid, splits: ticks, values: (self, all) => all.map((at) => clock(at, false)) },
            { stroke: ink, grid, ticks: grid, size: 56 },
          ],
          series: [{}, ...lines.map((line, place) => ({
            label: line.name, stroke: visible(line.colour), width: 2, dash: line.dashes, show: seen[place], points: { show: false },
          }))],
          hooks: {
            setCursor: [(self) => {
              if (self.cursor.left < 0) return;
              const seconds = Math.min(last, Math.max(0, self.posToVal(self.cursor.left, "x")));
              slider.value = seconds;
              read(seconds);
            }],
          },
        }, joined, plot);
      }

      themed.push(draw);
      let wait = 0;
      addEventListener("resize", () => {
        clearTimeout(wait);
        wait = setTimeout(draw, 150);
      });
      slider.value = Math.round(last / 2);
      read(Number(slider.value));
    }

    // The technicians' day. Arrow keys go from block to block.

    function day() {
      const place = document.getElementById("day-view");
      if (!place) return;
      const said = element("p", { class: "said", role: "status" });
      const box = element("div", { class: "wide" });
      const note = element("p", { class: "note" });
      const key = (kind, words) => element("span", {}, element("span", { class: "key " + kind }), words);
      place.append(
        switches(),
        element("p", { class: "legend" }, key("", "booked"), key("double", "double-booked"), key("work", "working on a ticket"), element("span", {}, "A tinted background stands for working hours.")),
        said, box, note);
      views.push(draw);

      function draw() {
        const found = current() && current().day;
        box.replaceChildren();
        said.textContent = "";
        note.textContent = "";
        if (!found) {
          said.textContent = "Nobody is booked or works here.";
          return;
        }
        said.textContent = "Point at a block, or go through them with the arrow keys; Enter opens the ticket's story.";
        const spans = found.technicians.flatMap((row) => row.spans);
        const from = Math.min(...spans.map((span) => span[0]));
        const to = Math.max(from + 3600, ...spans.map((span) => span[1]));
        const left = 150, wide = 1200, high = 34, top = 26;
        const x = (seconds) => left + ((Math.min(Math.max(seconds, from), to) - from) / (to - from)) * (wide - left - 10);
        const svg = drawn("svg", { viewBox: `0 0 ${wide} ${top + found.technicians.length * high + 6}`, role: "group", "aria-label": "The technicians' day" });
        const step = [900, 1800, 3600, 7200, 14400, 28800, 86400].find((step) => (to - from) / step <= 12) || 172800;
        const shift = ((Math.floor(civil(0).getTime() / 1000) % step) + step) % step;
        const ticks = drawn("g", { "aria-hidden": "true" });
        found.technicians.forEach((row, place) => {
          for (const [open, close] of row.hours) {
            if (close > from && open < to) {
              ticks.append(drawn("rect", { class: "open-hours", x: x(open), y: top + place * high, width: Math.max(0, x(close) - x(open)), height: high }));
            }
          }
        });
        for (let tick = Math.ceil((from + shift) / step) * step - shift; tick <= to; tick += step) {
          ticks.append(drawn("line", { class: "tick-line", x1: x(tick), x2: x(tick), y1: top, y2: top + found.technicians.length * high }));
          ticks.append(drawn("text", { class: "tick", x: Math.min(x(tick), wide - 50), y: 16, "text-anchor": x(tick) > wide - 60 ? "end" : "start" }, clock(tick, false)));
        }
        svg.append(ticks);
        const blocks = [];
        found.technicians.forEach((row, place) => {
          const y = top + place * high;
          svg.append(drawn("line", { class: "row-line", x1: 0, x2: wide, y1: y, y2: y }));
          svg.append(drawn("text", { x: 2, y: y + 21, "aria-hidden": "true" }, row.name.length > 20 ? row.name.slice(0, 19) + "…" : row.name));
          for (const [span, lane, lanes] of stacked(row.spans)) {
            const [begin, end, ticket, isWork, isDouble] = span;
            const what = isWork ? "works on" : isDouble ? "is double-booked for" : "is booked for";
            const words = `${row.name} ${what} ${ticket}, ${clock(begin, true)} to ${clock(end, true)}`;
            const block = drawn("g", {
              class: "block", tabindex: -1, role: "button", "aria-label": words,
              onfocus: () => (said.textContent = words + "."),
              onpointerenter: () => (said.textContent = words + "."),
              onclick: () => story(ticket),
              onkeydown: (event) => keys(event, block, ticket),
            }, drawn("title", {}, words));
            const across = Math.max(2, x(end) - x(begin));
            if (isWork) {
              block.append(drawn("rect", { class: "work", x: x(begin), y: y + 26, width: across, height: 5 }));
            } else {
              const tall = 22 / lanes;
              block.append(drawn("rect", { class: isDouble ? "booking double" : "booking", x: x(begin), y: y + 3 + lane * tall, width: across, height: Math.max(2, tall - 1) }));
              if (across > 8 * ticket.length && tall >= 11) {
                block.append(drawn("text", { class: "inside", x: x(begin) + 4, y: y + 3 + lane * tall + tall / 2 + 4 }, ticket));
              }
            }
            blocks.push(block);
            svg.append(block);
          }
        });
        if (blocks.length > 0) blocks[0].setAttribute("tabindex", "0");
        box.append(svg);
        const left_out = found.of - found.technicians.length;
        const parts = [];
        if (left_out > 0) parts.push(`${left_out} more of ${found.of} technicians have something to do: those with double bookings are shown first, then the busiest.`);
        if (found.later > 0) parts.push(`${found.later} bookings or spans of work begin later than this picture reaches.`);
        note.textContent = parts.join(" ");

        function keys(event, block, ticket) {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          const here = blocks.indexOf(block);
          let next = null;
          if (step) next = blocks[here + step];
          if (event.key === "Home") next = blocks[0];
          if (event.key === "End") next = blocks[blocks.length - 1];
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            story(ticket);
          }
          if (!next) return;
          event.preventDefault();
          block.setAttribute("tabindex", "-1");
          next.setAttribute("tabindex", "0");
          next.focus();
        }
      }

      // Bookings that overlap lie one above the other.
      function stacked(spans) {
        const out = [];
        let group = [];
        let ends = [];
        let until = -Infinity;
        const close = () => {
          for (const [span, lane] of group) out.push([span, lane, ends.length]);
          group = [];
          ends = [];
        };
        for (const span of spans.filter((span) => !span[3])) {
          if (span[0] >= until) close();
          let lane = ends.findIndex((end) => end <= span[0]);
          if (lane < 0) lane = ends.length;
          ends[lane] = span[1];
          until = Math.max(...ends);
          group.push([span, lane]);
        }
        close();
        for (const span of spans.filter((span) => span[3])) out.push([span, 0, 1]);
        return out.sort((a, b) => a[0][0] - b[0][0]);
      }
    }

    // Tickets: sorted by any column, filtered by any word.

    function tickets() {
      const place = document.getElementById("tickets-view");
      if (!place) return;
      const columns = data.columns.map((column, index) => ({ ...column, index }));
      const outcome = columns.findIndex((column) => column.name === "outcome");
      const order = { column: columns.findIndex((column) => column.name === "arrived_at"), down: false };
      const filter = { words: "", outcome: null };
      const search = element("input", { type: "search", oninput: () => { filter.words = search.value.toLowerCase(); rows(); } });
      const outcomes = [...new Set(data.arms.flatMap((arm) => arm.replications.flatMap((it) => it.rows.map((row) => row[outcome]))))].sort();
      const count = element("p", { class: "said", role: "status" });
      const controls = switches();
      controls.append(
        element("label", {}, "Filter", search),
        choice("Outcome", ["any", ...outcomes], (place) => { filter.outcome = place === 0 ? null : outcomes[place - 1]; rows(); }));
      const used = columns.filter((column) => {
        const all = data.arms.flatMap((arm) => arm.replications.flatMap((it) => it.rows.map((row) => row[column.index])));
        // What every ticket has alike tells nothing; the name and the outcome are always there.
        return column.index === 0 || column.index === outcome || new Set(all).size > 1;
      });
      const heads = used.map((column) => {
        const head = element("th", { scope: "col", "aria-sort": "none", class: column.kind === "text" || column.kind === "truth" ? null : "number" },
          element("button", { type: "button", title: column.about, onclick: () => sort(column) }, label(column.name)));
        return head;
      });
      const body = element("tbody", {});
      place.append(controls, count,
        element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Tickets" },
          element("table", { "aria-label": "Tickets of the chosen discipline and replication" }, element("thead", {}, element("tr", {}, heads)), body)));
      views.push(rows);

      function sort(column) {
        order.down = order.column === column.index ? !order.down : false;
        order.column = column.index;
        rows();
      }

      function rows() {
        const found = current();
        if (!found) return;
        used.forEach((column, place) => {
          heads[place].setAttribute("aria-sort", column.index !== order.column ? "none" : order.down ? "descending" : "ascending");
        });
        const fits = (row) => {
          if (filter.outcome !== null && row[outcome] !== filter.outcome) return false;
          return filter.words === "" || used.some((column) => shown(row[column.index], column.kind).toLowerCase().includes(filter.words));
        };
        const places = found.rows.map((row, place) => place).filter((place) => fits(found.rows[place]));
        // What there is not comes last, whichever way.
        places.sort((a, b) => {
          const [one, other] = [found.rows[a][order.column], found.rows[b][order.column]];
          if (one === other) return a - b;
          if (one === null) return 1;
          if (other === null) return -1;
          const before = typeof one === "string" ? (one < other ? -1 : 1) : one - other;
          return order.down ? -before : before;
        });
        count.textContent = `${places.length} of ${found.rows.length} tickets`;
        body.replaceChildren(...places.map((place) => {
          const row = found.rows[place];
          return element("tr", {}, used.map((column, first) => {
            const text = shown(row[column.index], column.kind);
            const number = column.kind === "text" || column.kind === "truth" ? null : "number";
            if (first > 0) return element("td", { class: number }, text);
            const name = found.stories[place]
              ? element("button", { type: "button", class: "open", "aria-haspopup": "dialog", onclick: () => open(found, place) }, text)
              : text;
            return element("th", { scope: "row" }, name);
          }));
        }));
      }
    }

    // A ticket's story, in a dialog.

    function story(ticket) {
      const found = current();
      const place = found.rows.findIndex((row) => row[0] === ticket);
      if (place >= 0 && found.stories[place]) open(found, place);
    }

    function open(found, place) {
      const told = found.stories[place];
      const line = ([at, since, sentence, reckonings]) => element("li", {},
        element("time", {}, at), element("span", { class: "since" }, since > 0 ? "+" + length(since) : ""), element("p", {}, data.texts[sentence]),
        reckonings.length > 0 ? element("ul", {}, reckonings.map((text) => element("li", {}, data.texts[text]))) : null);
      const title = `${found.rows[place][0]} under ${data.arms[chosen.arm].name}`;
      const dialog = element("dialog", { "aria-labelledby": "story-heading", onclose: () => dialog.remove(), onclick: (event) => { if (event.target === dialog) dialog.close(); } },
        element("div", { class: "top" }, element("h2", { id: "story-heading" }, title),
          element("button", { type: "button", class: "plain", onclick: () => dialog.close() }, "Close")),
        element("ul", { class: "story" }, told.lines.map(line)),
        told.ending.map((text) => element("p", {}, data.texts[text])));
      document.body.append(dialog);
      dialog.showModal();
    }

    // One kind of ticket at a time.

    function segments() {
      const place = document.getElementById("segments-view");
      if (!place) return;
      const tables = [...place.parentElement.querySelectorAll("table")];
      const kinds = [...new Set(tables.flatMap((table) => [...table.querySelectorAll("tr[data-kind]")].map((row) => row.dataset.kind)))];
      if (kinds.length < 2) return;
      place.append(element("div", { class: "controls" }, choice("Show", ["all kinds", ...kinds], (chosen) => {
        for (const table of tables) {
          for (const row of table.querySelectorAll("tr[data-kind]")) {
            row.hidden = chosen > 0 && row.dataset.kind !== kinds[chosen - 1];
          }
        }
      })));
    }
  }
})();
