'use strict';
(function () {
  const results = JSON.parse(document.getElementById('results').textContent);
  const colours = {raw: '--raw', zmq: '--zmq', sp: '--sp', 'raw+unix': '--unix', sockets: '--sockets', jeromq: '--jeromq'};
  const work = document.getElementById('work');
  const size = document.getElementById('size');
  const tip = document.getElementById('tip');

  // ---- small tools

  function colour(contestant) { return 'var(' + (colours[contestant] || '--ink') + ')'; }

  function sizeText(bytes) {
    if (bytes >= 1048576 && bytes % 1048576 === 0) { return bytes / 1048576 + ' MiB'; }
    return bytes >= 1024 && bytes % 1024 === 0 ? bytes / 1024 + ' KiB' : bytes + ' B';
  }

  function digits(value) { return Number(value.toPrecision(3)).toLocaleString('en'); }

  function timeText(micros) {
    if (micros >= 1e6) { return digits(micros / 1e6) + ' s'; }
    return micros >= 1e3 ? digits(micros / 1e3) + ' ms' : digits(micros) + ' µs';
  }

  function rateText(rate) {
    if (rate >= 1e6) { return digits(rate / 1e6) + ' M/s'; }
    return rate >= 1e3 ? digits(rate / 1e3) + ' k/s' : digits(rate) + ' /s';
  }

  function element(parent, name, attributes, text) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const key of Object.keys(attributes)) { made.setAttribute(key, attributes[key]); }
    if (text !== undefined) { made.textContent = text; }
    parent.appendChild(made);
    return made;
  }

  function option(select, value, text) {
    const made = document.createElement('option');
    made.value = value;
    made.textContent = text;
    select.appendChild(made);
  }

  function unique(values) { return Array.from(new Set(values)); }

  function logarithmic(least, most, from, to) {
    const low = Math.log10(least), span = Math.max(1e-9, Math.log10(most) - low);
    return function (value) { return from + (to - from) * (Math.log10(value) - low) / span; };
  }

  function linear(least, most, from, to) {
    const span = Math.max(1e-12, most - least);
    return function (value) { return from + (to - from) * (value - least) / span; };
  }

  /** Steps of 1, 2 and 5 around all values; where these are many, only the powers of ten have a name. */
  function logTicks(values, name) {
    const least = Math.min.apply(null, values), most = Math.max.apply(null, values);
    const steps = [];
    for (let i = Math.floor(Math.log10(least)); i <= Math.ceil(Math.log10(most)); i++) {
      [1, 2, 5].forEach(function (digit) { steps.push(digit * Math.pow(10, i)); });
    }
    let first = steps.findIndex(function (step) { return step > least; }) - 1;
    let last = steps.findIndex(function (step) { return step >= most; });
    first = Math.max(0, first);
    last = Math.min(steps.length - 1, Math.max(last, first + 2));
    const shown = steps.slice(first, last + 1);
    const many = shown.length > 7;
    return shown.map(function (step) {
      const power = Math.abs(Math.log10(step) - Math.round(Math.log10(step))) < 1e-9;
      return {value: step, text: many && !power ? '' : name(step)};
    });
  }

  function logAxis(chart, values, name) {
    const ticks = logTicks(values, name);
    const scale = logarithmic(ticks[0].value, ticks[ticks.length - 1].value, chart.bottom, chart.top);
    ticks.forEach(function (tick) { tick.at = scale(tick.value); });
    return {scale: scale, ticks: ticks, least: ticks[0].value};
  }

  // ---- a chart: a frame with axes, and series of points on it

  function Chart(id, label) {
    const holder = document.getElementById(id);
    holder.textContent = '';
    this.width = Math.max(260, holder.clientWidth);
    this.height = this.width < 500 ? 260 : 320;
    this.left = 62;
    this.right = this.width - 14;
    this.top = 10;
    this.bottom = this.height - 42;
    this.svg = element(holder, 'svg', {
      viewBox: '0 0 ' + this.width + ' ' + this.height, height: this.height, role: 'img', 'aria-label': label
    });
    this.points = [];
    const self = this;
    this.svg.addEventListener('pointermove', function (event) { self.showNearest(event); });
    this.svg.addEventListener('pointerdown', function (event) { self.showNearest(event); });
    this.svg.addEventListener('pointerleave', function () { tip.hidden = true; });
  }

  Chart.prototype.axes = function (xTicks, yTicks, xTitle) {
    const self = this;
    yTicks.forEach(function (tick) {
      if (!tick.text) { return; }
      element(self.svg, 'line', {class: 'grid', x1: self.left, x2: self.right, y1: tick.at, y2: tick.at});
      element(self.svg, 'text', {x: self.left - 7, y: tick.at + 4, 'text-anchor': 'end'}, tick.text);
    });
    let free = -Infinity;
    xTicks.forEach(function (tick) {
      element(self.svg, 'line', {class: 'grid', x1: tick.at, x2: tick.at, y1: self.top, y2: self.bottom});
      const half = tick.text.length * 3.4;
      if (tick.text && tick.at - half > free && tick.at + half < self.width) {
        element(self.svg, 'text', {x: tick.at, y: self.bottom + 17, 'text-anchor': 'middle'}, tick.text);
        free = tick.at + half + 6;
      }
    });
    element(this.svg, 'line', {class: 'axis', x1: this.left, x2: this.right, y1: this.bottom, y2: this.bottom});
    element(this.svg, 'text', {x: (this.left + this.right) / 2, y: this.height - 5, 'text-anchor': 'middle'}, xTitle);
  };

  /** Draws {x, y, valueX, valueY, text} joined by a line; a point without y breaks it. */
  Chart.prototype.series = function (name, points, style) {
    let path = '', pen = false;
    points.forEach(function (point) {
      if (point.y === null) {
        pen = false;
      } else {
        path += (pen ? 'L' : 'M') + point.x.toFixed(1) + ' ' + point.y.toFixed(1);
        pen = true;
      }
    });
    element(this.svg, 'path', {
      d: path || 'M0 0', fill: 'none', stroke: colour(name), 'stroke-width': style.width || 2,
      'stroke-dasharray': style.dash || 'none', 'stroke-linejoin': 'round', 'stroke-opacity': style.opacity || 1
    });
    const self = this;
    points.forEach(function (point) {
      if (point.y !== null) {
        element(self.svg, 'circle', {
          cx: point.x.toFixed(1), cy: point.y.toFixed(1), r: style.dot === undefined ? 2 : style.dot, fill: colour(name),
          'data-series': name, 'data-kind': style.kind || '', 'data-x': point.valueX, 'data-y': point.valueY
        });
        self.points.push({x: point.x, y: point.y, text: name + ': ' + point.text});
      }
    });
  };

  Chart.prototype.showNearest = function (event) {
    const box = this.svg.getBoundingClientRect();
    const scale = this.width / box.width;
    const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
    let best = null, distance = 40 * 40;
    this.points.forEach(function (point) {
      const d = (point.x - x) * (point.x - x) + (point.y - y) * (point.y - y);
      if (d < distance) { best = point; distance = d; }
    });
    tip.hidden = best === null;
    if (best !== null) {
      tip.textContent = best.text;
      tip.style.left = Math.max(4, Math.min(event.clientX + 12, window.innerWidth - tip.offsetWidth - 8)) + 'px';
      tip.style.top = Math.max(4, event.clientY - tip.offsetHeight - 10) + 'px';
    }
  };

  function nothing(id, words) {
    const holder = document.getElementById(id);
    holder.textContent = '';
    const made = document.createElement('p');
    made.textContent = words;
    holder.appendChild(made);
  }

  function dash(cell) { return cell.reference ? '5 3' : 'none'; }

  // ---- the four charts

  function drawPercentiles(cells) {
    const shown = cells.filter(function (cell) { return cell.percentiles.length > 0; });
    const times = [].concat.apply([], shown.map(function (c) {
      return c.percentiles.map(function (p) { return p[1]; }).filter(function (t) { return t > 0; });
    }));
    if (times.length === 0) { nothing('percentiles', 'No message was timed.'); return; }
    const chart = new Chart('percentiles', 'Time by percentile, for each contestant; the tables below have the figures');
    const rare = function (percentile) { return 1 / (1 - percentile / 100); };
    const most = Math.max.apply(null, [10].concat(shown.map(function (c) {
      return rare(c.percentiles[c.percentiles.length - 1][0]);
    })));
    const x = logarithmic(1, most, chart.left, chart.right);
    const y = logAxis(chart, times, timeText);
    const ticks = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999]
      .filter(function (p) { return rare(p) <= most * 1.001; })
      .map(function (p) { return {at: x(rare(p)), text: p + ' %'}; });
    chart.axes(ticks, y.ticks, 'percentile of the messages');
    shown.forEach(function (cell) {
      chart.series(cell.contestant, cell.percentiles.map(function (p) {
        return {
          x: x(rare(p[0])), y: p[1] > 0 ? y.scale(p[1]) : chart.bottom, valueX: p[0], valueY: p[1],
          text: digits(p[0] > 99 ? Number(p[0].toFixed(4)) : p[0]) + ' % within ' + timeText(p[1])
        };
      }), {dash: dash(cell), dot: 1.8});
    });
  }

  function drawThroughput(cells) {
    const shown = cells.filter(function (cell) { return cell.per_second.median > 0; });
    if (shown.length === 0) { nothing('throughput', 'Nothing was measured.'); return; }
    const chart = new Chart('throughput', 'Messages a second by message size, for each contestant');
    const sizes = unique(shown.map(function (c) { return c.size; })).sort(function (a, b) { return a - b; });
    const margin = 34;
    const x = sizes.length === 1
      ? function () { return (chart.left + chart.right) / 2; }
      : logarithmic(sizes[0], sizes[sizes.length - 1], chart.left + margin, chart.right - margin);
    const rates = [].concat.apply([], shown.map(function (c) { return [c.per_second.least, c.per_second.most]; }))
      .filter(function (rate) { return rate > 0; });
    const y = logAxis(chart, rates, rateText);
    chart.axes(sizes.map(function (s) { return {at: x(s), text: sizeText(s)}; }),
      y.ticks, 'bytes in each message');
    const names = unique(shown.map(function (c) { return c.contestant; }));
    names.forEach(function (name, index) {
      // Side by side, so that the ranges of contestants do not cover each other.
      const shift = (index - (names.length - 1) / 2) * 7;
      const own = shown.filter(function (c) { return c.contestant === name; });
      own.forEach(function (cell) {
        const least = Math.max(cell.per_second.least, y.least);
        element(chart.svg, 'line', {
          x1: x(cell.size) + shift, x2: x(cell.size) + shift, y1: y.scale(least), y2: y.scale(cell.per_second.most),
          stroke: colour(name), 'stroke-width': 2, 'stroke-opacity': 0.55
        });
      });
      chart.series(name, own.map(function (cell) {
        const rate = cell.per_second;
        return {
          x: x(cell.size) + shift, y: y.scale(rate.median), valueX: cell.size, valueY: rate.median,
          text: rateText(rate.median) + ' of ' + sizeText(cell.size) + ' (' + rateText(rate.least) + ' to ' + rateText(rate.most) + ')'
        };
      }), {dash: dash(own[0]), dot: 3.5, width: 1.5});
    });
  }

  function drawTimeline(cells) {
    const shown = cells.filter(function (cell) { return cell.rounds.length > 0; });
    const times = [];
    shown.forEach(function (cell) {
      cell.rounds.forEach(function (round) {
        round.slice_p50_us.concat(round.slice_p99_us).forEach(function (t) { if (t !== null) { times.push(t); } });
      });
    });
    if (times.length === 0) { nothing('timeline', 'No message was timed.'); return; }
    const chart = new Chart('timeline', 'Median and 99th percentile over the measured time, for each contestant');
    const rounds = Math.max.apply(null, shown.map(function (c) { return c.rounds[c.rounds.length - 1].round; }));
    const length = results.method.measured_ms / 1e3;
    const x = linear(0, rounds * length, chart.left, chart.right);
    const y = logAxis(chart, times, timeText);
    const ticks = [];
    for (let i = 0; i < rounds; i++) { ticks.push({at: x(i * length), text: 'round ' + (i + 1)}); }
    chart.axes(ticks, y.ticks, 'seconds that counted: ' + digits(length) + ' in each round');
    shown.forEach(function (cell) {
      [['p50', 'slice_p50_us', 'none', 'median '], ['p99', 'slice_p99_us', '2 3', '99 % within ']].forEach(function (kind) {
        const points = [];
        cell.rounds.forEach(function (round) {
          const slices = round[kind[1]];
          slices.forEach(function (time, i) {
            const at = (round.round - 1 + (i + 0.5) / slices.length) * length;
            points.push({
              x: x(at), y: time === null ? null : y.scale(time), valueX: Number(at.toFixed(6)), valueY: time,
              text: time === null ? '' : kind[3] + timeText(time) + ' in round ' + round.round
            });
          });
          points.push({x: 0, y: null});
        });
        chart.series(cell.contestant, points, {dash: kind[2], dot: kind[0] === 'p50' ? 1.6 : 1, width: kind[0] === 'p50' ? 1.8 : 1.1, opacity: kind[0] === 'p50' ? 1 : 0.6, kind: kind[0]});
      });
    });
  }

  function drawDrops(cells) {
    const bars = [];
    cells.forEach(function (cell) {
      if (cell.rounds.length > 0) {
        bars.push({name: cell.contestant, who: '', share: cell.lost_share});
        if (cell.work.indexOf('publish') === 0) {
          bars.push({name: cell.contestant, who: ', the slow one', share: cell.lost_share_slow});
        }
      }
    });
    if (bars.every(function (bar) { return bar.share === 0; })) {
      nothing('drops', 'Every message of this kind of work arrived, over each contestant.');
      return;
    }
    const holder = document.getElementById('drops');
    holder.textContent = '';
    const width = Math.max(260, holder.clientWidth), row = 26, left = 152;
    const svg = element(holder, 'svg', {
      viewBox: '0 0 ' + width + ' ' + (bars.length * row + 6), height: bars.length * row + 6, role: 'img',
      'aria-label': 'Share of messages dropped: ' + bars.map(function (b) {
        return b.name + b.who + ' ' + digits(b.share * 100) + ' %';
      }).join('; ')
    });
    const x = linear(0, 1, left, width - 56);
    bars.forEach(function (bar, i) {
      element(svg, 'text', {x: left - 8, y: i * row + 19, 'text-anchor': 'end'}, bar.name + bar.who);
      element(svg, 'rect', {x: left, y: i * row + 6, width: x(1) - left, height: row - 9, class: 'hit', stroke: 'var(--grid)'});
      element(svg, 'rect', {
        x: left, y: i * row + 6, width: Math.max(bar.share > 0 ? 1 : 0, x(bar.share) - left), height: row - 9, fill: colour(bar.name),
        'fill-opacity': bar.who ? 0.55 : 1, 'data-series': bar.name, 'data-kind': bar.who ? 'slow' : '', 'data-y': bar.share
      });
      element(svg, 'text', {x: x(bar.share) + 6, y: i * row + 19}, digits(bar.share * 100) + ' %');
    });
  }

  // ---- choosing

  function drawLegend(cells) {
    const legend = document.getElementById('legend');
    legend.textContent = '';
    unique(cells.map(function (c) { return c.contestant; })).forEach(function (name) {
      const cell = cells.find(function (c) { return c.contestant === name; });
      const item = document.createElement('li');
      const svg = element(item, 'svg', {viewBox: '0 0 28 10', 'aria-hidden': 'true'});
      element(svg, 'line', {x1: 0, x2: 28, y1: 5, y2: 5, stroke: colour(name), 'stroke-width': 3, 'stroke-dasharray': dash(cell)});
      item.appendChild(document.createTextNode(name + (cell.reference ? ' (for comparison)' : '')));
      legend.appendChild(item);
    });
  }

  function draw() {
    const ofWork = results.cells.filter(function (cell) { return cell.work === work.value; });
    const ofSize = ofWork.filter(function (cell) { return String(cell.size) === size.value; });
    tip.hidden = true;
    drawLegend(ofWork);
    drawPercentiles(ofSize);
    drawThroughput(ofWork);
    drawTimeline(ofSize);
    drawDrops(ofSize);
  }

  function chooseWork() {
    const before = size.value;
    size.textContent = '';
    const sizes = unique(results.cells.filter(function (c) { return c.work === work.value; }).map(function (c) { return c.size; }));
    sizes.forEach(function (bytes) { option(size, bytes, sizeText(bytes)); });
    if (sizes.map(String).indexOf(before) >= 0) { size.value = before; }
    draw();
  }

  if (results.cells.length > 0) {
    document.getElementById('pictures').hidden = false;
    unique(results.cells.map(function (cell) { return cell.work; })).forEach(function (id) {
      option(work, id, results.cells.find(function (cell) { return cell.work === id; }).title);
    });
    work.addEventListener('change', chooseWork);
    size.addEventListener('change', draw);
    let width = window.innerWidth;
    window.addEventListener('resize', function () {
      if (window.innerWidth !== width) { width = window.innerWidth; draw(); }
    });
    chooseWork();
  }
})();
