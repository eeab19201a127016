import { Drawing } from './drawing.js';
import type { SeededRandom } from './seeded-random.js';
import { themeOf } from './theme.js';

/** Pictures that are neither photographs nor plans nor documents, for training. */
export const TRAINING_OTHERS = [
  barChart,
  areaChart,
  chatScreen,
  sign,
  blankWall,
  pattern,
  tiles,
  stripes,
  sticker,
] as const;

function barChart(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(900, random.whole(450, 800), theme.paper);
  const bottom = drawing.height - 70;
  if (random.chance(0.5)) scale(drawing, random, theme.ink);
  const bars = random.whole(4, 16);
  for (let i = 0; i < bars; i++) {
    const height = random.between(40, bottom - 80);
    drawing.rectangle(80 + (i * 760) / bars, bottom - height, 600 / bars, height, {
      fill: `hsl(${random.whole(0, 359)},65%,50%)`,
    });
    if (random.chance(0.5)) drawing.text(80 + (i * 760) / bars, bottom + 26, 15, String(2010 + i), { fill: theme.ink });
  }
  const axis = { stroke: theme.ink, 'stroke-width': 2 };
  drawing.line(70, bottom, 850, bottom, axis).line(70, 60, 70, bottom, axis);
  if (random.chance(0.7))
    drawing.text(280, 45, 28, random.pick(['Динамика', 'Спрос', 'Итоги года']), { fill: theme.ink });
  return drawing.png();
}

/** Lines across a chart with numbers beside them. */
function scale(drawing: Drawing, random: SeededRandom, ink: string): void {
  const step = random.between(35, 90);
  for (let y = 60; y < drawing.height - 60; y += step) {
    drawing.line(60, y, drawing.width - 30, y, {
      stroke: ink,
      'stroke-width': random.between(0.4, 1),
      'stroke-opacity': 0.5,
    });
    if (random.chance(0.7)) drawing.text(20, y + 5, 13, String(random.whole(1, 900)), { fill: ink });
  }
}

function areaChart(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(700, 1000), 560, theme.paper);
  if (random.chance(0.6)) scale(drawing, random, theme.ink);
  for (let series = random.whole(1, 4); series > 0; series--) {
    let y = random.between(150, 400);
    let data = `M 60 500 L 60 ${y}`;
    for (let x = 60; x <= drawing.width - 40; x += random.between(15, 60)) {
      y = Math.min(480, Math.max(60, y + random.between(-60, 55)));
      data += ` L ${x.toFixed(0)} ${y.toFixed(0)}`;
    }
    const colour = `hsl(${random.whole(0, 359)},70%,50%)`;
    const filled = random.chance(0.5);
    drawing.path(filled ? `${data} L ${drawing.width - 40} 500 Z` : data, {
      fill: filled ? colour : 'none',
      'fill-opacity': 0.6,
      stroke: colour,
      'stroke-width': random.between(1.5, 5),
    });
  }
  const axis = { stroke: theme.ink, 'stroke-width': 1.5 };
  drawing.line(60, 500, drawing.width - 40, 500, axis).line(60, 50, 60, 500, axis);
  return drawing.png();
}

const SMALL_TALK = 'привет да хорошо когда встретимся завтра спасибо ок посмотрю позже адрес скину жду вас'.split(' ');

function chatScreen(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(
    540,
    960,
    theme.dark ? theme.paper : random.pick(['#dfe7d5', '#e8ecf1', theme.fills[0]!]),
  );
  drawing.rectangle(0, 0, 540, 80, { fill: theme.accent }).circle(50, 40, 26, { fill: '#fff' });
  for (let y = 110; y < 860; ) {
    const height = random.between(46, 190);
    const width = random.between(160, 420);
    const mine = random.chance(0.5);
    const left = mine ? 520 - width : 20;
    const fill = theme.dark ? theme.fills[mine ? 0 : 1]! : mine ? theme.fills[1]! : '#ffffff';
    drawing.rectangle(left, y, width, height, { fill, rx: random.whole(6, 24) });
    if (random.chance(0.2))
      drawing.rectangle(left + 8, y + 8, width - 16, height - 16, { fill: theme.accent, 'fill-opacity': 0.5 });
    else
      for (let line = y + 28; line < y + height - 8; line += 24)
        drawing.text(
          left + 14,
          line,
          17,
          Array.from({ length: Math.max(1, Math.floor(width / 90)) }, () => random.pick(SMALL_TALK)).join(' '),
          { fill: theme.ink },
        );
    y += height + 16;
  }
  return drawing.png();
}

/** A logo: few flat shapes and a word. */
function sign(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(500, 900), 700, random.chance(0.5) ? theme.paper : theme.accent);
  for (let i = 0; i < random.whole(1, 5); i++) {
    const fill = `hsl(${random.whole(0, 359)},70%,${random.whole(30, 65)}%)`;
    const [x, y, size] = [random.between(120, 380), random.between(120, 340), random.between(80, 260)];
    if (random.chance(0.4)) drawing.circle(x + size / 2, y + size / 2, size / 2, { fill });
    else if (random.chance(0.5))
      drawing.rectangle(x, y, size, size * random.between(0.4, 1.2), { fill, rx: random.whole(0, 40) });
    else drawing.path(`M ${x} ${y + size} L ${x + size / 2} ${y} L ${x + size} ${y + size} Z`, { fill });
  }
  if (random.chance(0.75))
    drawing.text(
      random.between(60, 200),
      610,
      random.between(50, 120),
      random.pick(['АЛЬФА', 'Nord', 'ДОМ', 'ОПТ', 'Скидки!', 'МИР', 'Новый год']),
      { fill: random.chance(0.5) ? '#fff' : theme.ink, 'font-weight': 700 },
    );
  return drawing.png();
}

/** Nearly nothing: a colour, a soft transition. */
function blankWall(random: SeededRandom): Buffer {
  const drawing = new Drawing(600, 600, `hsl(${random.whole(0, 359)},${random.whole(0, 70)}%,${random.whole(8, 95)}%)`);
  const hue = random.whole(0, 359);
  for (let i = 0; i < random.whole(0, 12); i++)
    drawing.rectangle(0, i * 50, 600, 50, { fill: `hsl(${hue},50%,50%)`, 'fill-opacity': (i / 24).toFixed(2) });
  return drawing.png();
}

/** Many shapes scattered, as on wrapping paper or a cover. */
function pattern(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(800, random.whole(600, 1000), random.chance(0.5) ? theme.paper : theme.accent);
  const size = random.between(10, 90);
  for (let i = 0; i < random.whole(15, 120); i++) {
    const fill = `hsl(${random.whole(0, 359)},65%,${random.whole(35, 75)}%)`;
    const [x, y] = [random.between(0, 800), random.between(0, drawing.height)];
    const style = { fill, 'fill-opacity': random.between(0.4, 1).toFixed(2) };
    if (random.chance(0.5)) drawing.circle(x, y, size * random.between(0.3, 1.2), style);
    else
      drawing.path(`M ${x} ${y} l ${size} ${size * random.between(-1, 1)} l ${-size * random.next()} ${size} Z`, style);
  }
  return drawing.png();
}

/** Black and white or coloured cells without any order. */
function tiles(random: SeededRandom): Buffer {
  const cell = random.whole(8, 40);
  const drawing = new Drawing(700, 700, random.pick(['#ffffff', '#000000', '#e8e8e8']));
  const coloured = random.chance(0.4);
  const margin = random.whole(0, 90);
  for (let x = margin; x < 700 - margin; x += cell)
    for (let y = margin; y < 700 - margin; y += cell)
      if (random.chance(0.5))
        drawing.rectangle(x, y, cell, cell, {
          fill: coloured ? `hsl(${random.whole(0, 359)},60%,50%)` : random.chance(0.9) ? '#000' : '#fff',
        });
  return drawing.png();
}

/** Bars of different widths, as in a code of goods, or broad stripes. */
function stripes(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(600, 900), random.whole(400, 800), theme.paper);
  const narrow = random.chance(0.5);
  for (let x = 40; x < drawing.width - 40; x += random.between(narrow ? 4 : 30, narrow ? 22 : 160))
    drawing.rectangle(
      x,
      narrow ? 80 : 0,
      random.between(2, narrow ? 12 : 80),
      narrow ? drawing.height - 200 : drawing.height,
      { fill: narrow ? theme.ink : random.pick(theme.fills) },
    );
  if (narrow)
    drawing.text(drawing.width / 3, drawing.height - 70, 30, String(random.whole(1e8, 9e8)), { fill: theme.ink });
  return drawing.png();
}

/** A drawn thing in the middle of an even ground. */
function sticker(random: SeededRandom): Buffer {
  const drawing = new Drawing(
    700,
    700,
    `hsl(${random.whole(0, 359)},${random.whole(0, 70)}%,${random.whole(35, 97)}%)`,
  );
  const outline = { stroke: random.pick(['#111', '#fff', '#553311']), 'stroke-width': random.between(3, 12) };
  const hue = random.whole(0, 359);
  for (let i = 0; i < random.whole(4, 12); i++) {
    const fill = `hsl(${(hue + random.whole(-40, 40) + 360) % 360},70%,${random.whole(40, 75)}%)`;
    const [x, y, size] = [random.between(210, 490), random.between(210, 490), random.between(20, 170)];
    if (random.chance(0.6)) drawing.circle(x, y, size, { fill, ...outline });
    else
      drawing.path(`M ${x} ${y} Q ${x + size} ${y - size} ${x + size * 1.5} ${y} T ${x + size} ${y + size} Z`, {
        fill,
        ...outline,
      });
  }
  return drawing.png();
}
