import { Drawing } from './drawing.js';
import type { SeededRandom } from './seeded-random.js';

/** Pictures no probe is trained on: other shapes, layouts, colours and words than those of training-pictures.ts. */
export const HELD_OUT_PICTURES = {
  plan: [blueprint, colouredPlan, polygonPlan],
  document: [listingScreen, contractPage, priceTable],
  other: [lineChart, codePicture, poster, phoneScreen],
} as const;

function blueprint(random: SeededRandom): Buffer {
  const drawing = new Drawing(
    random.whole(820, 1100),
    random.whole(620, 840),
    random.pick(['#0b3d77', '#134b8a', '#1b2f4b']),
  );
  const ink = { stroke: '#eaf2ff', fill: 'none' };
  const columns = random.whole(3, 5);
  const rows = random.whole(2, 4);
  const step = { x: (drawing.width - 200) / columns, y: (drawing.height - 200) / rows };
  for (let c = 0; c <= columns; c++) {
    const x = 100 + c * step.x;
    drawing.line(x, 60, x, drawing.height - 80, {
      stroke: '#9fc0ee',
      'stroke-width': 1,
      'stroke-dasharray': '14 6 3 6',
    });
    drawing.circle(x, 45, 15, { ...ink, 'stroke-width': 1.5 }).text(x - 5, 50, 15, String(c + 1), { fill: '#eaf2ff' });
  }
  drawing.rectangle(100, 100, drawing.width - 200, drawing.height - 200, {
    ...ink,
    'stroke-width': random.between(4, 8),
  });
  for (let c = 0; c < columns; c++)
    for (let r = 0; r < rows; r++) {
      const [x, y] = [100 + c * step.x, 100 + r * step.y];
      if (random.chance(0.65))
        drawing.line(x + step.x, y, x + step.x, y + step.y * random.between(0.5, 1), { ...ink, 'stroke-width': 3 });
      if (random.chance(0.65))
        drawing.line(x, y + step.y, x + step.x * random.between(0.5, 1), y + step.y, { ...ink, 'stroke-width': 3 });
      if (random.chance(0.5))
        drawing.text(x + 20, y + step.y / 2, 16, `S=${random.between(9, 80).toFixed(2)}`, { fill: '#eaf2ff' });
    }
  return drawing.png();
}

/** Rooms filled with colours and furnished, as brokers draw them. */
function colouredPlan(random: SeededRandom): Buffer {
  const drawing = new Drawing(1000, random.whole(680, 900), random.pick(['#fff', '#eef1f4']));
  const fills = random.shuffled(['#f7d9c4', '#dcedc8', '#cfe8fc', '#f3e5f5', '#fff3c4', '#e0e0e0']);
  const split = random.between(380, 600);
  const bottom = drawing.height - 120;
  const middle = random.between(330, bottom - 200);
  const cells: [number, number, number, number][] = [
    [80, 80, split, middle],
    [split, 80, 920, random.between(260, 420)],
    [80, middle, split - random.between(0, 80), bottom],
  ];
  cells.push([split, cells[1]![3], 920, bottom]);
  for (const [index, [left, top, right, low]] of cells.entries()) {
    drawing.rectangle(left, top, right - left, low - top, {
      fill: fills[index]!,
      stroke: '#3b3b3b',
      'stroke-width': random.between(6, 10),
    });
    drawing.text(
      left + 24,
      top + 44,
      22,
      random.pick(['Переговорная', 'Опенспейс', 'Кухня', 'Холл', 'Кабинет', 'С/у']),
    );
    drawing.text(left + 24, top + 74, 20, `${random.between(6, 140).toFixed(1)} кв.м`);
    for (let i = 0; i < random.whole(0, 5); i++) {
      const [x, y] = [random.between(left + 20, right - 70), random.between(top + 90, Math.max(top + 91, low - 50))];
      drawing.rectangle(x, y, random.between(25, 55), random.between(18, 34), {
        fill: '#fff',
        stroke: '#777',
        'stroke-width': 1.5,
        rx: 4,
      });
    }
  }
  return drawing.png();
}

/** A storey that is no rectangle, with a stair and a lift, on tinted paper with a stamp field. */
function polygonPlan(random: SeededRandom): Buffer {
  const drawing = new Drawing(900, 1100, random.pick(['#f2ead8', '#fff', '#e9e4d8']));
  const ink = random.pick(['#3a2c1a', '#111', '#40404a']);
  const notch = random.between(140, 320);
  const style = { fill: 'none', stroke: ink, 'stroke-width': random.between(5, 9) };
  drawing.path(`M 120 150 H 780 V ${900 - notch} H ${780 - notch} V 900 H 120 Z`, style);
  for (let y = 250; y < 860; y += random.between(90, 160))
    drawing.line(120, y, random.between(300, 480), y, { ...style, 'stroke-width': 4 });
  drawing.line(random.between(430, 500), 150, random.between(430, 500), 760 - notch / 2, {
    ...style,
    'stroke-width': 4,
  });
  for (let i = 0; i < 9; i++) drawing.line(560 + i * 14, 180, 560 + i * 14, 250, { stroke: ink, 'stroke-width': 2 });
  drawing.path('M 700 180 H 760 V 240 H 700 Z M 700 180 L 760 240 M 760 180 L 700 240', {
    fill: 'none',
    stroke: ink,
    'stroke-width': 2,
  });
  for (let i = 0; i < random.whole(4, 9); i++)
    drawing.text(
      random.between(150, 640),
      random.between(200, 820),
      random.between(15, 21),
      `${random.whole(1, 30)}  ${random.between(3, 70).toFixed(1)}`,
      { fill: ink },
    );
  drawing.rectangle(540, 960, 330, 110, { fill: 'none', stroke: ink, 'stroke-width': 1.5 });
  drawing
    .text(555, 1000, 18, `Поэтажный план, ${random.whole(1, 12)} этаж`, { fill: ink })
    .text(555, 1040, 16, 'М 1:200', { fill: ink });
  return drawing.png();
}

const TERMS =
  'собственник помещение здание бизнес-центр парковка отделка вентиляция кондиционирование свободная планировка эксплуатационные расходы включены депозит комиссия отсутствует метро минут пешком класса юридический адрес предоставляется осмотр'.split(
    ' ',
  );
const phrase = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => random.pick(TERMS)).join(' ');

/** A page of an ad site on a telephone: a placeholder of the photo above, facts below. */
function listingScreen(random: SeededRandom): Buffer {
  const dark = random.chance(0.3);
  const drawing = new Drawing(600, 1100, dark ? '#1c1c1e' : '#ffffff');
  const ink = dark ? '#f2f2f2' : '#202124';
  const picture = random.between(60, 330);
  drawing.rectangle(0, 60, 600, picture, { fill: `hsl(${random.whole(0, 359)},18%,${random.whole(40, 75)}%)` });
  let y = 60 + picture + 60;
  drawing.text(28, y, 38, `${random.whole(90, 990)} ${random.whole(100, 999)} ₽/мес.`, {
    fill: ink,
    'font-weight': 700,
  });
  y += 48;
  drawing.text(28, y, 26, `Офис, ${random.between(30, 400).toFixed(1)} м²`, { fill: ink });
  while (y < 980) {
    y += random.between(32, 42);
    drawing.text(28, y, 21, phrase(random, random.whole(2, 4)), { fill: dark ? '#b8b8bd' : '#5f6368' });
  }
  drawing
    .rectangle(28, 1010, 544, 62, { fill: random.pick(['#0468ff', '#00a651', '#e4002b']), rx: 12 })
    .text(220, 1050, 26, 'Позвонить', { fill: '#fff' });
  return drawing.png();
}

function contractPage(random: SeededRandom): Buffer {
  const drawing = new Drawing(850, 1100, random.pick(['#fffef9', '#f1efe8', '#fff']));
  const family = random.pick(['DejaVu Serif', 'DejaVu Sans', 'Roboto']);
  let y = 100;
  for (let clause = 1; y < 940; clause++) {
    for (let row = 0; row < random.whole(2, 5) && y < 940; row++, y += 25)
      drawing.text(
        row === 0 ? 100 : 80,
        y,
        16,
        `${row === 0 ? `${clause}.${random.whole(1, 9)}. ` : ''}${phrase(random, random.whole(5, 7))}`,
        { 'font-family': family },
      );
    y += 14;
  }
  if (random.chance(0.6)) {
    const [x, at] = [random.between(420, 640), random.between(880, 960)];
    drawing.circle(x, at, 80, { fill: 'none', stroke: '#2b4ea0', 'stroke-width': 5, 'stroke-opacity': 0.6 });
    drawing.text(x - 50, at, 18, 'ПЕЧАТЬ', { fill: '#2b4ea0' });
  }
  return drawing.png();
}

function priceTable(random: SeededRandom): Buffer {
  const drawing = new Drawing(1100, 800, '#fff');
  drawing.rectangle(40, 60, 1020, 50, { fill: random.pick(['#264653', '#6d597a', '#006d77']) });
  for (const [index, title] of ['Этаж', 'Площадь, м²', 'Ставка, ₽', 'Состояние', 'Итого'].entries())
    drawing.text(60 + index * 205, 93, 20, title, { fill: '#fff' });
  for (let row = 0; row < random.whole(10, 19); row++) {
    const y = 110 + row * 34;
    if (row % 2) drawing.rectangle(40, y, 1020, 34, { fill: '#f0f3f5' });
    const cells = [
      random.whole(1, 24),
      random.between(20, 900).toFixed(1),
      random.whole(12_000, 60_000),
      random.pick(['готово', 'бетон', 'под отделку']),
      random.whole(100_000, 4_000_000),
    ];
    for (const [index, cell] of cells.entries()) drawing.text(60 + index * 205, y + 23, 17, String(cell));
  }
  return drawing.png();
}

function lineChart(random: SeededRandom): Buffer {
  const drawing = new Drawing(1000, 620, random.pick(['#ffffff', '#131722']));
  for (let y = 80; y < 560; y += 60) drawing.line(70, y, 960, y, { stroke: '#8892a0', 'stroke-width': 0.6 });
  for (const colour of random.shuffled(['#e63946', '#2a9d8f', '#f4a261', '#457b9d']).slice(0, random.whole(1, 3))) {
    let y = random.between(200, 420);
    let data = `M 70 ${y}`;
    for (let x = 90; x <= 960; x += 20) {
      y = Math.min(560, Math.max(80, y + random.between(-32, 30)));
      data += ` L ${x} ${y.toFixed(0)}`;
    }
    drawing.path(data, { fill: 'none', stroke: colour, 'stroke-width': 4 });
  }
  return drawing.png();
}

/** Black and white squares, as codes that are scanned have. */
function codePicture(random: SeededRandom): Buffer {
  const size = random.whole(21, 33);
  const cell = 16;
  const drawing = new Drawing(size * cell + 120, size * cell + 120, '#fff');
  for (let x = 0; x < size; x++)
    for (let y = 0; y < size; y++)
      if (random.chance(0.5)) drawing.rectangle(60 + x * cell, 60 + y * cell, cell, cell, { fill: '#000' });
  for (const [x, y] of [
    [0, 0],
    [size - 7, 0],
    [0, size - 7],
  ] as const)
    drawing
      .rectangle(60 + x * cell, 60 + y * cell, 7 * cell, 7 * cell, { fill: '#000' })
      .rectangle(60 + (x + 1) * cell, 60 + (y + 1) * cell, 5 * cell, 5 * cell, { fill: '#fff' })
      .rectangle(60 + (x + 2) * cell, 60 + (y + 2) * cell, 3 * cell, 3 * cell, { fill: '#000' });
  return drawing.png();
}

/** A greeting card: big shapes, big letters. */
function poster(random: SeededRandom): Buffer {
  const hue = random.whole(0, 359);
  const drawing = new Drawing(800, 1000, `hsl(${hue},60%,${random.whole(25, 75)}%)`);
  for (let i = 0; i < random.whole(6, 20); i++)
    drawing.circle(random.between(0, 800), random.between(0, 1000), random.between(15, 130), {
      fill: `hsl(${(hue + random.whole(40, 200)) % 360},70%,60%)`,
      'fill-opacity': random.between(0.3, 0.9).toFixed(2),
    });
  drawing.text(110, 480, 84, random.pick(['С праздником', 'Спасибо!', 'АКЦИЯ −30 %', 'Мы открылись']), {
    fill: '#fff',
    'font-weight': 700,
  });
  return drawing.png();
}

/** A home screen with icons. */
function phoneScreen(random: SeededRandom): Buffer {
  const drawing = new Drawing(560, 1000, `hsl(${random.whole(0, 359)},40%,${random.whole(20, 60)}%)`);
  for (let row = 0; row < random.whole(3, 6); row++)
    for (let column = 0; column < 4; column++) {
      const [x, y] = [45 + column * 125, 110 + row * 140];
      drawing.rectangle(x, y, 88, 88, { fill: `hsl(${random.whole(0, 359)},70%,55%)`, rx: 22 });
      drawing
        .circle(x + 44, y + 44, random.between(12, 30), { fill: '#fff' })
        .text(x + 16, y + 110, 15, random.pick(['Почта', 'Карты', 'Банк', 'Фото']), { fill: '#fff' });
    }
  return drawing.png();
}
