'use strict';
/* Draws the parts of a report. Each part is an element with its numbers as JSON in it. */
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const repaint = [];
  dark.addEventListener('change', () => repaint.forEach(paint => paint()));

  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const hue = index => css('--c' + index % 8);
  /* The level of a weight that is no number; the width of a map's scale. */
  const NOTHING = 255, SCALE = 58;
  const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const choice = (words, name, chosen, change) => {
    const select = make('select', {onchange: () => change(select.value)});
    for (const [value, text] of words) select.append(make('option', {value, textContent: text}));
    select.value = chosen;
    return [make('label', {}, name, select), select];
  };
  const tick = (name, checked, change) => {
    const box = make('input', {type: 'checkbox', checked, onchange: () => change(box.checked)});
    return make('label', {}, box, name);
  };
  const short = value => {
    if (value == null) return '–';
    const size = Math.abs(value);
    return size !== 0 && (size >= 1e5 || size < 1e-3) ? value.toExponential(2) : String(+value.toPrecision(4));
  };

  /* As few characters as an axis has room for. */
  const compact = value => {
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(0);
    return size >= 1e3 ? +(value / 1e3).toPrecision(3) + 'k' : String(+value.toPrecision(3));
  };

  /* A table that is sorted by the column whose head is clicked. */
  function listing(table) {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
    heads.forEach((head, column) => head.onclick = () => {
      const rising = head.getAttribute('aria-sort') !== 'ascending';
      heads.forEach(other => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
      const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const order = (a, b) => {
        if (key(a) === 'NaN' || key(b) === 'NaN') return (key(a) === 'NaN') - (key(b) === 'NaN');
        const sign = key(a).localeCompare(key(b), 'en', {numeric: true});
        const byNumber = key(a) - key(b);
        return (rising ? 1 : -1) * (Number.isNaN(byNumber) ? sign : byNumber);
      };
      body.append(...[...body.rows].sort(order));
    });
  }

  /* Recorded numbers over training. */
  function curves(element, data) {
    const state = {logSteps: true, hidden: new Set()};
    const one = data.conditions.length === 1;
    const sync = uPlot.sync('steps');
    const grid = make('div', {className: 'grid'});
    const panels = [];

    const chips = make('div', {className: 'bar conditions'});
    if (!one) data.conditions.forEach((condition, index) => {
      const dot = make('i');
      const paint = () => dot.style.background = hue(index);
      paint();
      repaint.push(paint);
      const chip = make('button', {className: 'chip', type: 'button', onclick: () => {
        if (!state.hidden.delete(condition)) state.hidden.add(condition);
        chip.setAttribute('aria-pressed', !state.hidden.has(condition));
        panels.forEach(panel => panel.build());
      }}, dot, condition);
      chip.setAttribute('aria-pressed', true);
      chips.append(chip);
    });
    const bar = make('div', {className: 'bar'},
        tick('logarithmic steps', true, on => { state.logSteps = on; panels.forEach(panel => panel.build()); }),
        make('button', {type: 'button', textContent: 'whole range', onclick: () => panels.forEach(panel => panel.build())}),
        make('span', {className: 'unit', textContent: 'drag to zoom, double-click for the whole range'}));
    element.append(bar, chips, grid);

    for (const spec of data.panels) panels.push(panel(spec, false));
    panels.push(panel({title: 'Any number', unit: '', log: false,
        lines: [{number: data.numbers[0], name: data.numbers[0]}]}, true));
    panels.forEach(each => each.build());
    repaint.push(() => panels.forEach(each => each.build()));

    function panel(spec, free) {
      const readout = make('div', {className: 'readout'}), place = make('div');
      const logarithmic = tick('log', spec.log, on => { spec.log = on; build(); });
      const head = make('header', {}, make('h3', {textContent: spec.title}), logarithmic);
      if (free) {
        const [label] = choice(data.numbers.map(name => [name, name]), '', spec.lines[0].number, name => {
          spec.lines = [{number: name, name}];
          build();
        });
        head.insertBefore(label, logarithmic);
      }
      const box = make('div', {className: 'panel'}, head, make('div', {className: 'unit', textContent: spec.unit}), place, readout);
      grid.append(box);
      let plot = null;
      new ResizeObserver(() => plot && plot.setSize({width: Math.max(200, place.clientWidth), height: 240})).observe(place);

      function build() {
        if (plot) { sync.unsub(plot); plot.destroy(); }
        const lines = [], tables = [];
        for (const run of data.runs) {
          if (state.hidden.has(run.condition)) continue;
          const own = spec.lines.map((line, index) => ({run, line, index})).filter(each => run.numbers[each.line.number]);
          if (own.length === 0) continue;
          lines.push(...own);
          tables.push([run.steps, ...own.map(each =>
              run.numbers[each.line.number].map(value => spec.log && !(value > 0) ? null : value))]);
        }
        const table = tables.length ? uPlot.join(tables) : [[]];
        const color = each => hue(one ? each.index : data.conditions.indexOf(each.run.condition));
        const name = each => (data.runs.length > 1 ? each.run.name + ' ' : '') + (spec.lines.length > 1 ? each.line.name : '');
        plot = new uPlot({
          width: Math.max(200, place.clientWidth), height: 240,
          legend: {show: false},
          cursor: {sync: {key: 'steps', scales: ['x', null]}, focus: {prox: 24}, drag: {x: true, y: false}},
          focus: {alpha: 0.25},
          scales: {
            x: {time: false, distr: state.logSteps ? 4 : 1, asinh: 1, range: (u, least, most) => [least, most]},
            y: {distr: spec.log ? 3 : 1},
          },
          axes: [
            {stroke: () => css('--ink'), grid: {stroke: () => css('--line'), width: .5}, ticks: {stroke: () => css('--line')},
              values: (u, splits) => splits.map(v => v == null || v < 0 ? '' : v >= 1e4 ? v / 1e3 + 'k' : String(v))},
            {stroke: () => css('--ink'), grid: {stroke: () => css('--line'), width: .5}, ticks: {stroke: () => css('--line')}, size: 58,
              values: (u, splits) => splits.map(v => v == null ? '' : compact(v))},
          ],
          series: [{}, ...lines.map(each => ({
            label: name(each).trim(), stroke: () => color(each), width: 1.6,
            dash: DASHES[one ? Math.floor(each.index / 8) % 4 : each.index % 4],
            points: {show: table[0].length < 3},
          }))],
          hooks: {
            setSeries: [(u, index) => { u.nearest = index; }],
            setCursor: [u => read(u, lines, name, color)],
          },
        }, table, place);
        plot.shown = lines.map(each => each.run.name + ' ' + each.line.number);
        sync.sub(plot);
        key(lines, name, color);
      }

      /* The value under the cursor: of every line where they are few, else of the nearest. */
      function read(u, lines, name, color) {
        const at = u.cursor.idx;
        if (at == null) return key(lines, name, color);
        const shown = lines.length <= 6 ? lines.map((_, i) => i + 1) : u.nearest ? [u.nearest] : [];
        readout.replaceChildren('step ' + u.data[0][at] + ' ', ...shown.flatMap(i => {
          const dot = make('b', {textContent: ' ● '});
          dot.style.color = color(lines[i - 1]);
          return [dot, (name(lines[i - 1]) + ' ' + short(u.data[i][at])).trim()];
        }));
      }

      /* Without a cursor: what the lines are. */
      function key(lines, name, color) {
        const different = one ? lines.filter((each, i) => lines.findIndex(other => other.index === each.index) === i) : [];
        const words = different.length > 1 || spec.lines.length > 1 ? different : [];
        readout.replaceChildren(...(one ? words.flatMap(each => {
          const dot = make('b', {textContent: ' ● '});
          dot.style.color = color(each);
          return [dot, each.line.name];
        }) : spec.lines.length > 1 ? spec.lines.map((line, i) =>
            ['━━ ', '╌╌ ', '┈┈ ', '━╌ '][i % 4] + line.name + '   ') : []));
      }
      return {build, get plot() { return plot; }};
    }
    element.panels = panels;
  }

  /* Attention patterns by step, with bars of norms. */
  function film(element, data) {
    const reels = data.reels;
    const steps = [...new Set(reels.flatMap(reel => reel.steps))].sort((a, b) => a - b);
    const most = field => Math.max(...reels.map(reel => reel[field]));
    const state = {at: steps.length - 1, sequence: 0, layer: 0, head: 0, tokens: 0, logBars: false};
    const longest = Math.max(...reels.map(reel => reel.symbols[0].length));
    const sizes = [16, 32, 64].filter(size => size < longest).concat([longest]);
    state.tokens = Math.min(sizes.length > 1 ? sizes[1] : sizes[0], longest);

    const slider = make('input', {type: 'range', min: 0, max: steps.length - 1, value: state.at,
      oninput: () => { state.at = +slider.value; paintAll(); }});
    slider.setAttribute('aria-label', 'training step');
    const output = make('output');
    let timer = null;
    const play = make('button', {type: 'button', textContent: 'play', onclick: () => {
      if (timer) return stop();
      if (state.at === steps.length - 1) state.at = -1;
      play.textContent = 'pause';
      timer = setInterval(() => {
        slider.value = ++state.at;
        paintAll();
        if (state.at === steps.length - 1) stop();
      }, 120);
    }});
    const stop = () => { clearInterval(timer); timer = null; play.textContent = 'play'; };
    const numbers = count => Array.from({length: count}, (_, i) => [i, String(i)]);
    const pick = (name, words, field) => choice(words, name, state[field], value => { state[field] = +value; paintAll(); })[0];
    const bar = make('div', {className: 'bar'}, play, slider, output);
    const options = make('div', {className: 'bar'});
    if (reels[0].symbols.length > 1) options.append(pick('sequence', numbers(reels[0].symbols.length), 'sequence'));
    if (most('layers') > 1) options.append(pick('layer', numbers(most('layers')), 'layer'));
    if (most('heads') > 1) options.append(pick('head', numbers(most('heads')), 'head'));
    if (sizes.length > 1) options.append(pick('tokens', sizes.map(size => [size, String(size)]), 'tokens'));
    options.append(tick('logarithmic bars', false, on => { state.logBars = on; paintAll(); }));
    const grid = make('div', {className: 'grid'});
    element.append(bar, options, grid);

    const paints = reels.map(reel => {
      const readout = make('div', {className: 'readout'});
      const map = make('canvas', {className: 'map'}), values = make('canvas'), residuals = make('canvas');
      const box = make('div', {className: 'panel'}, make('header', {}, make('h3', {textContent: reel.run})),
          make('div', {className: 'unit', textContent: 'attention weight: query below, key to the right'}), map,
          make('div', {className: 'unit', textContent: 'norms of the value states in this sequence'}), values,
          make('div', {className: 'unit', textContent: 'norms of the block’s output, mean over sequences'}), residuals, readout);
      grid.append(box);
      const view = {};
      map.onmousemove = event => {
        const query = Math.floor((event.offsetY - view.top) / view.cell), key = Math.floor((event.offsetX - view.left) / view.cell);
        const outside = key < 0 || query < 0 || query >= view.count || key >= view.count;
        if (!view.weight || outside || key > query && !reel.ahead) return;
        readout.textContent = `query ${query} “${view.symbols[query]}” looks at key ${key} “${view.symbols[key]}” with `
            + short(view.weight(query, key));
      };
      const paint = () => paintReel(reel, view, map, values, residuals, box);
      new ResizeObserver(paint).observe(box);
      return paint;
    });
    const paintAll = () => {
      output.textContent = 'step ' + steps[Math.max(0, state.at)];
      paints.forEach(paint => paint());
    };
    repaint.push(paintAll);
    paintAll();

    function paintReel(reel, view, map, values, residuals, box) {
      const step = steps[Math.max(0, state.at)];
      let frame = 0;
      reel.steps.forEach((own, index) => { if (own <= step) frame = index; });
      const layer = Math.min(state.layer, reel.layers - 1), head = Math.min(state.head, reel.heads - 1);
      const sequence = Math.min(state.sequence, reel.symbols.length - 1);
      const length = reel.symbols[0].length, count = Math.min(state.tokens, length);
      const rows = query => reel.ahead ? query * length : query * (query + 1) / 2;
      const offset = ((sequence * reel.layers + layer) * reel.heads + head) * rows(length);
      const levels = reel.patterns[frame], weights = atob(levels.weights);
      const weight = (query, key) => {
        const level = weights.charCodeAt(offset + rows(query) + key);
        return level === NOTHING ? null : (level - levels.zero) * levels.step;
      };
      const symbols = reel.symbols[sequence];
      const width = Math.max(180, box.clientWidth - 22), left = 28;
      const cell = Math.max(3, Math.floor(Math.min(width - left - SCALE, 560) / count));
      Object.assign(view, {weight, symbols, count, cell, left, top: 18, ahead: reel.ahead, least: reel.least, most: reel.most});
      paintMap(map, view, width);
      const cells = position => (sequence * reel.layers + layer) * length + position;
      paintBars(values, view, width, reel.triggers[sequence], reel.values, frame, cells);
      paintBars(residuals, view, width, reel.triggers[sequence], reel.residuals, frame, position => layer * length + position);
    }

    function paintMap(canvas, view, width) {
      const {cell, left, top, count, symbols, weight} = view;
      const brush = sized(canvas, width, Math.max(top + cell * count + 2, top + 60));
      const color = colors(view), unseen = css('--unseen'), nothing = css('--none');
      let some = false;
      for (let query = 0; query < count; query++)
        for (let key = 0; key < count; key++) {
          const seen = key <= query || view.ahead && weight(query, key) !== 0, own = seen ? weight(query, key) : null;
          some ||= own != null;
          brush.fillStyle = !seen ? unseen : own == null ? nothing : color(own);
          brush.fillRect(left + key * cell, top + query * cell, cell, cell);
        }
      if (some) paintScale(brush, view, color);
      else {
        brush.fillStyle = css('--card');
        brush.fillRect(left, top, cell * count, cell * count);
        brush.fillStyle = css('--ink');
        brush.font = '13px system-ui, sans-serif';
        brush.textAlign = 'center';
        brush.fillText('no attention in this layer', left + cell * count / 2, top + cell * count / 2);
      }
      brush.strokeStyle = css('--line');
      brush.strokeRect(left - .5, top - .5, cell * count + 1, cell * count + 1);
      brush.fillStyle = css('--ink');
      brush.font = Math.min(11, cell) + 'px system-ui, sans-serif';
      brush.textBaseline = 'middle';
      if (cell < 7) return mark(canvas, view);
      for (let at = 0; at < count; at++) {
        const long = symbols[at].length > 1; // such as <s>, whose neighbor needs its place
        brush.textAlign = long ? 'right' : 'center';
        brush.fillText(symbol(symbols[at]), left + (long ? at + 1 : at + .5) * cell, top - 8);
        brush.textAlign = 'right';
        brush.fillText(symbol(symbols[at]), left - 4, top + (at + .5) * cell);
      }
      mark(canvas, view);
    }

    /* The map's colors from the least to the largest weight, with numbers. */
    function paintScale(brush, view, color) {
      const {cell, left, top, count, least, most} = view;
      const x = left + cell * count + 10, height = Math.max(40, Math.min(cell * count, 200)), wide = 9;
      for (let at = 0; at < height; at++) {
        brush.fillStyle = color(most - (at + .5) / height * (most - least));
        brush.fillRect(x, top + at, wide, 1);
      }
      brush.strokeStyle = css('--faint');
      brush.strokeRect(x - .5, top - .5, wide + 1, height + 1);
      brush.fillStyle = css('--ink');
      brush.font = '10px system-ui, sans-serif';
      brush.textAlign = 'left';
      brush.textBaseline = 'middle';
      for (const tick of least < 0 ? [most, 0, least] : [most, most / 2, 0])
        brush.fillText(compact(tick).replace('-', '−'), x + wide + 4, top + (most - tick) / (most - least) * height);
    }

    /* Where the cells are, for whoever reads the canvas. */
    function mark(canvas, view) {
      Object.assign(canvas.dataset, {cell: view.cell, left: view.left, top: view.top, count: view.count});
    }

    /* One scale for all steps, so that growth and drain show. */
    function paintBars(canvas, view, width, triggers, frames, frame, cells) {
      const {cell, left, count} = view, height = 74, top = 6;
      const brush = sized(canvas, width, height + top + 4);
      let most = 0, least = Infinity;
      for (const norms of frames)
        for (let at = 0; at < count; at++) {
          const norm = norms[cells(at)];
          if (norm == null) continue;
          most = Math.max(most, norm);
          if (norm > 0) least = Math.min(least, norm);
        }
      const floor = Math.max(least, most / 1e4);
      const share = norm => state.logBars
          ? Math.max(0, Math.log(norm / floor) / Math.log(most / floor || 2)) : norm / most;
      for (let at = 0; at < count; at++) {
        const norm = frames[frame][cells(at)];
        if (norm == null || !(most > 0)) continue;
        brush.fillStyle = css(at === 0 ? '--bos' : triggers[at] ? '--trigger' : '--other');
        const tall = share(norm) * height;
        brush.fillRect(left + at * cell + 1, top + height - tall, Math.max(1, cell - 2), tall);
      }
      brush.fillStyle = css('--ink');
      brush.strokeStyle = css('--line');
      brush.strokeRect(left - .5, top + height + .5, cell * count + 1, 0);
      brush.font = '10px system-ui, sans-serif';
      brush.textAlign = 'right';
      brush.textBaseline = 'top';
      brush.fillText(compact(+most.toPrecision(2)), left - 2, 0);
    }
  }

  const symbol = text => text === ' ' ? '␣' : text === '\\n' ? '⏎' : text;

  /* A canvas of this size in the page's pixels, sharp on any screen. */
  function sized(canvas, width, height) {
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = width + 'px';
    canvas.style.height = height + 'px';
    const brush = canvas.getContext('2d');
    brush.scale(ratio, ratio);
    return brush;
  }

  /* From a weight to its color in a range; of a signed one zero is in the middle. */
  function colors({least, most}) {
    const ramp = name => css(name).split(/\s+/).map(hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16)));
    const stops = least < 0 ? [...ramp('--below').reverse(), ...ramp('--above').slice(1)] : ramp('--ramp');
    return weight => {
      const place = Math.max(0, Math.min(1, (weight - least) / (most - least))) * (stops.length - 1);
      const from = Math.min(Math.floor(place), stops.length - 2);
      const mixed = stops[from].map((part, i) => Math.round(part + (place - from) * (stops[from + 1][i] - part)));
      return `rgb(${mixed})`;
    };
  }

  const draw = {listing, curves, film};
  document.querySelectorAll('[data-part]').forEach(element => {
    const json = element.querySelector('script[type="application/json"]');
    draw[element.dataset.part](element, json && JSON.parse(json.textContent));
  });
})();
