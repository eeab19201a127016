import { Drawing } from './drawing.js';
import type { SeededRandom } from './seeded-random.js';

/**
 * The set for the figure that is published: drawn before the training generator was tuned, and never looked at while tuning.
 * Again other shapes, layouts, colours and words than both training-pictures.ts and held-out-pictures.ts.
 */
export const BLIND_PICTURES = {
  plan: [inventoryPlan, tenantPlan, evacuationPlan],
  document: [letter, brochure, receipt],
  other: [pieChart, mapPicture, comic],
} as const;

const ROOMS = ['кабинет', 'коридор', 'санузел', 'тамбур', 'архив', 'серверная', 'приёмная', 'касса', 'зал', 'склад'];

/** Double lines for walls, numbers as fractions, as in papers of a technical inventory. */
function inventoryPlan(random: SeededRandom): Buffer {
  const drawing = new Drawing(
    random.whole(760, 1040),
    random.whole(700, 980),
    random.pick(['#fbf7ea', '#ffffff', '#f1f1ee']),
  );
  const ink = random.pick(['#1d1d1d', '#47301c', '#28384f']);
  const [left, top, right, bottom] = [90, 120, drawing.width - 90, drawing.height - 140];
  const wall = (x1: number, y1: number, x2: number, y2: number, gap: number) => {
    const across = x1 === x2;
    for (const shift of [-gap / 2, gap / 2])
      drawing.line(
        x1 + (across ? shift : 0),
        y1 + (across ? 0 : shift),
        x2 + (across ? shift : 0),
        y2 + (across ? 0 : shift),
        { stroke: ink, 'stroke-width': 1.6 },
      );
  };
  for (const [x1, y1, x2, y2] of [
    [left, top, right, top],
    [right, top, right, bottom],
    [right, bottom, left, bottom],
    [left, bottom, left, top],
  ] as const)
    wall(x1, y1, x2, y2, 12);
  let x = left;
  let number = 1;
  while (x < right - 130) {
    const next = Math.min(right, x + random.between(110, 230));
    const middle = random.between(top + 140, bottom - 140);
    if (next < right) wall(next, top, next, bottom, 6);
    if (random.chance(0.75)) wall(x, middle, next, middle, 6);
    for (const y of [(top + middle) / 2, (middle + bottom) / 2]) {
      drawing
        .text(x + 40, y - 6, 18, String(number++), { fill: ink })
        .line(x + 32, y, x + 82, y, { stroke: ink, 'stroke-width': 1.2 });
      drawing.text(x + 36, y + 20, 17, random.between(2, 90).toFixed(1).replace('.', ','), { fill: ink });
    }
    x = next;
  }
  drawing.text(left, 80, 22, `План ${random.whole(1, 16)} этажа`, { fill: ink, 'font-family': 'DejaVu Serif' });
  return drawing.png();
}

/** One floor cut into offices of tenants around a core, each filled with a shade of one colour. */
function tenantPlan(random: SeededRandom): Buffer {
  const hue = random.whole(0, 359);
  const drawing = new Drawing(1050, 780, '#ffffff');
  const core = { x: random.between(380, 460), y: random.between(290, 350), width: 220, height: 160 };
  const shade = () => `hsl(${hue},${random.whole(20, 60)}%,${random.whole(70, 93)}%)`;
  const outline = { stroke: '#5a5a5a', 'stroke-width': random.between(3, 6) };
  const blocks: [number, number, number, number][] = [
    [60, 60, core.x - 60, 660],
    [core.x, 60, core.width, core.y - 60],
    [core.x, core.y + core.height, core.width, 720 - core.y - core.height],
    [core.x + core.width, 60, 990 - core.x - core.width, random.between(250, 420)],
  ];
  blocks.push([core.x + core.width, 60 + blocks[3]![3], blocks[3]![2], 660 - blocks[3]![3]]);
  for (const [x, y, width, height] of blocks) {
    drawing.rectangle(x, y, width, height, { fill: shade(), ...outline });
    drawing.text(x + width / 2 - 60, y + height / 2, 26, `Блок ${random.pick(['A', 'B', 'C'])}${random.whole(1, 9)}`, {
      'font-weight': 700,
    });
    drawing.text(x + width / 2 - 60, y + height / 2 + 30, 20, `${random.whole(45, 690)} м²`);
  }
  drawing.rectangle(core.x, core.y, core.width, core.height, { fill: '#777', ...outline });
  for (let i = 0; i < 3; i++)
    drawing.rectangle(core.x + 20 + i * 62, core.y + 30, 50, 50, { fill: '#bbb', stroke: '#eee', 'stroke-width': 2 });
  return drawing.png();
}

/** Rooms with arrows to the exits. */
function evacuationPlan(random: SeededRandom): Buffer {
  const drawing = new Drawing(1000, 720, '#ffffff');
  drawing
    .rectangle(0, 0, 1000, 64, { fill: '#0a8f3c' })
    .text(230, 44, 34, 'План эвакуации', { fill: '#fff', 'font-weight': 700 });
  const halls = random.whole(3, 6);
  const corridor = random.between(330, 420);
  for (let i = 0; i < halls; i++) {
    const [x, width] = [60 + (i * 880) / halls, 880 / halls];
    for (const [y, height] of [
      [110, corridor - 110],
      [corridor + 70, 590 - corridor],
    ] as const) {
      drawing.rectangle(x, y, width, height, { fill: 'none', stroke: '#1a1a1a', 'stroke-width': random.between(3, 6) });
      drawing.text(x + 14, y + 34, 18, random.pick(ROOMS));
      const [from, to] = y === 110 ? [y + height - 40, corridor + 30] : [y + 40, corridor + 40];
      drawing.line(x + width / 2, from, x + width / 2, to, { stroke: '#0a8f3c', 'stroke-width': 5 });
    }
  }
  drawing.line(70, corridor + 35, 930, corridor + 35, { stroke: '#0a8f3c', 'stroke-width': 6 });
  drawing.path(`M 930 ${corridor + 20} L 960 ${corridor + 35} L 930 ${corridor + 50} Z`, { fill: '#0a8f3c' });
  return drawing.png();
}

const LETTER =
  'Уважаемые коллеги направляем вам предложение по размещению вашей компании в деловом квартале обращаем внимание что условия действительны до конца месяца готовы организовать показ в удобное время и ответить на вопросы просим сообщить решение с уважением отдел коммерческой недвижимости'.split(
    ' ',
  );
const words = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => random.pick(LETTER)).join(' ');

/** A letterhead, an address at the right, paragraphs, a signature. */
function letter(random: SeededRandom): Buffer {
  const drawing = new Drawing(800, 1130, random.pick(['#ffffff', '#fcfbf7']));
  const family = random.pick(['DejaVu Serif', 'Roboto', 'DejaVu Sans']);
  drawing
    .rectangle(70, 60, 90, 60, { fill: `hsl(${random.whole(0, 359)},55%,40%)` })
    .text(180, 100, 24, 'ООО «ГОРИЗОНТ»', { 'font-weight': 700 });
  for (let i = 0; i < 3; i++) drawing.text(470, 170 + i * 24, 16, words(random, 3), { 'font-family': family });
  let y = 300;
  for (let paragraph = 0; paragraph < random.whole(3, 5); paragraph++, y += 20)
    for (let row = 0; row < random.whole(3, 6); row++, y += 26)
      drawing.text(row === 0 ? 110 : 70, y, 17, words(random, random.whole(6, 8)), { 'font-family': family });
  drawing.path(`M 480 ${y + 40} q 30 -50 50 0 t 60 -10 t 50 10`, {
    fill: 'none',
    stroke: '#1b3fa0',
    'stroke-width': 3,
  });
  return drawing.png();
}

/** A leaflet: blocks of text in columns under a coloured title, with figures. */
function brochure(random: SeededRandom): Buffer {
  const hue = random.whole(0, 359);
  const drawing = new Drawing(1000, 720, '#ffffff');
  drawing.rectangle(0, 0, 1000, 130, { fill: `hsl(${hue},50%,35%)` });
  drawing.text(50, 84, 48, random.pick(['БЦ «Северная башня»', 'Деловой дом на Яузе', 'Склад класса А']), {
    fill: '#fff',
    'font-weight': 700,
  });
  for (let column = 0; column < 3; column++) {
    const x = 50 + column * 315;
    drawing.text(x, 200, 40, `${random.whole(12, 980)} м²`, { fill: `hsl(${hue},50%,35%)`, 'font-weight': 700 });
    for (let y = 245; y < random.between(520, 680); y += 26) drawing.text(x, y, 18, words(random, random.whole(2, 3)));
  }
  return drawing.png();
}

function receipt(random: SeededRandom): Buffer {
  const drawing = new Drawing(460, random.whole(700, 1000), '#fefefe');
  drawing.text(120, 60, 24, 'КАССОВЫЙ ЧЕК', { 'font-family': 'DejaVu Sans Mono' });
  let y = 110;
  for (; y < drawing.height - 170; y += 34) {
    drawing.text(30, y, 18, words(random, 2).slice(0, 22), { 'font-family': 'DejaVu Sans Mono' });
    drawing.text(340, y, 18, (random.whole(10, 99_999) / 10).toFixed(2), { 'font-family': 'DejaVu Sans Mono' });
  }
  drawing.line(30, y, 430, y, { stroke: '#333', 'stroke-width': 1.5, 'stroke-dasharray': '6 5' });
  drawing.text(30, y + 44, 28, `ИТОГО ${random.whole(1_000, 99_999)}.00`, { 'font-weight': 700 });
  return drawing.png();
}

function pieChart(random: SeededRandom): Buffer {
  const drawing = new Drawing(800, 640, random.pick(['#ffffff', '#fafafa', '#1f2430']));
  let angle = 0;
  const parts = random.whole(3, 7);
  for (let i = 0; i < parts; i++) {
    const share = i === parts - 1 ? 2 * Math.PI - angle : Math.min(2 * Math.PI - angle, random.between(0.4, 1.6));
    const [x1, y1] = [400 + 230 * Math.cos(angle), 330 + 230 * Math.sin(angle)];
    angle += share;
    const [x2, y2] = [400 + 230 * Math.cos(angle), 330 + 230 * Math.sin(angle)];
    drawing.path(
      `M 400 330 L ${x1.toFixed(0)} ${y1.toFixed(0)} A 230 230 0 ${share > Math.PI ? 1 : 0} 1 ${x2.toFixed(0)} ${y2.toFixed(0)} Z`,
      { fill: `hsl(${random.whole(0, 359)},60%,55%)` },
    );
  }
  return drawing.png();
}

/** A map of streets. */
function mapPicture(random: SeededRandom): Buffer {
  const drawing = new Drawing(900, 900, '#f3efe6');
  for (let i = 0; i < random.whole(2, 5); i++)
    drawing.circle(random.between(0, 900), random.between(0, 900), random.between(60, 190), {
      fill: random.pick(['#c9e7b8', '#a9d3ee']),
    });
  for (let i = 0; i < random.whole(12, 26); i++) {
    const horizontal = random.chance(0.5);
    const at = random.between(0, 900);
    const end = at + random.between(-160, 160);
    const style = { stroke: random.pick(['#ffffff', '#ffffff', '#f8d66d']), 'stroke-width': random.between(6, 22) };
    if (horizontal) drawing.line(0, at, 900, end, style);
    else drawing.line(at, 0, end, 900, style);
  }
  drawing.path('M 450 380 C 420 330 480 330 450 380 Z', { fill: '#e02020', stroke: '#e02020', 'stroke-width': 26 });
  return drawing.png();
}

/** A drawn face with a bubble. */
function comic(random: SeededRandom): Buffer {
  const drawing = new Drawing(760, 760, `hsl(${random.whole(0, 359)},65%,${random.whole(55, 80)}%)`);
  const [x, y, radius] = [random.between(280, 450), random.between(400, 500), random.between(130, 210)];
  drawing.circle(x, y, radius, {
    fill: random.pick(['#ffdc5d', '#8ed081', '#f2a65a']),
    stroke: '#222',
    'stroke-width': 6,
  });
  for (const side of [-1, 1])
    drawing.circle(x + side * radius * 0.4, y - radius * 0.2, radius * 0.16, { fill: '#222' });
  drawing.path(
    `M ${x - radius * 0.5} ${y + radius * 0.35} Q ${x} ${y + radius * random.between(0.2, 0.8)} ${x + radius * 0.5} ${y + radius * 0.35}`,
    { fill: 'none', stroke: '#222', 'stroke-width': 8 },
  );
  drawing
    .rectangle(60, 60, 340, 120, { fill: '#fff', stroke: '#222', 'stroke-width': 5, rx: 50 })
    .text(110, 132, 38, random.pick(['Привет!', 'Ура!!!', 'Ну как?']), { 'font-weight': 700 });
  return drawing.png();
}
