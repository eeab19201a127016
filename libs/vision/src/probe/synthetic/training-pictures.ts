import { Drawing } from './drawing.js';
import type { SeededRandom } from './seeded-random.js';

/**
 * Pictures the probe is trained on. The held-out set is drawn by another generator (held-out-pictures.ts) with other shapes,
 * layouts, colours and words, so that its score says something about pictures the probe has not been made for.
 */
export const TRAINING_PICTURES = {
  plan: [apartmentPlan, officePlan, handPlan],
  document: [textPage, adPage, formPage],
  other: [barChart, chatScreen, sign, blankWall],
} as const;

interface Room {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Splits a rectangle into rooms by straight cuts. */
function rooms(random: SeededRandom, room: Room, depth: number): Room[] {
  const smallest = 90;
  const tall = room.height > room.width;
  const side = tall ? room.height : room.width;
  if (depth === 0 || side < smallest * 2) return [room];
  const cut = random.between(smallest, side - smallest);
  const [a, b]: [Room, Room] = tall
    ? [
        { ...room, height: cut },
        { ...room, y: room.y + cut, height: room.height - cut },
      ]
    : [
        { ...room, width: cut },
        { ...room, x: room.x + cut, width: room.width - cut },
      ];
  return [...rooms(random, a, depth - 1), ...rooms(random, b, depth - 1)];
}

function apartmentPlan(random: SeededRandom): Buffer {
  const drawing = new Drawing(
    random.whole(700, 1000),
    random.whole(600, 900),
    random.pick(['#fff', '#fdfcf8', '#f4f4f0']),
  );
  const margin = random.between(50, 110);
  const frame = { x: margin, y: margin, width: drawing.width - 2 * margin, height: drawing.height - 2 * margin };
  const wall = random.between(4, 13);
  const ink = random.pick(['#000', '#222', '#333']);
  for (const room of rooms(random, frame, random.whole(2, 4))) {
    drawing.rectangle(room.x, room.y, room.width, room.height, { fill: 'none', stroke: ink, 'stroke-width': wall });
    if (random.chance(0.8)) door(drawing, random, room, wall, ink);
    if (random.chance(0.85)) {
      const size = random.between(13, 24);
      drawing.text(room.x + room.width / 2 - size, room.y + room.height / 2, size, random.between(4, 60).toFixed(1));
    }
    if (random.chance(0.4)) windowOn(drawing, random, room, wall);
  }
  if (random.chance(0.7)) dimensions(drawing, random, frame);
  return drawing.png();
}

function door(drawing: Drawing, random: SeededRandom, room: Room, wall: number, ink: string): void {
  const size = random.between(28, 45);
  const x = room.x + random.between(10, Math.max(11, room.width - size - 10));
  const y = room.y + room.height;
  drawing.rectangle(x, y - wall, size, wall * 2, { fill: '#fff' });
  drawing.path(`M ${x} ${y} L ${x} ${y - size} A ${size} ${size} 0 0 1 ${x + size} ${y}`, {
    fill: 'none',
    stroke: ink,
    'stroke-width': 1.5,
  });
}

function windowOn(drawing: Drawing, random: SeededRandom, room: Room, wall: number): void {
  const size = Math.min(room.width * 0.6, random.between(40, 90));
  const x = room.x + (room.width - size) / 2;
  drawing.rectangle(x, room.y - wall / 2, size, wall, { fill: '#fff', stroke: '#000', 'stroke-width': 1 });
  drawing.line(x, room.y, x + size, room.y, { stroke: '#000', 'stroke-width': 1 });
}

function dimensions(drawing: Drawing, random: SeededRandom, frame: Room): void {
  const y = frame.y - 22;
  const style = { stroke: '#555', 'stroke-width': 1 };
  drawing.line(frame.x, y, frame.x + frame.width, y, style);
  for (let x = frame.x; x <= frame.x + frame.width; x += frame.width / random.whole(2, 5)) {
    drawing.line(x - 5, y + 5, x + 5, y - 5, style);
    drawing.text(x + 18, y - 4, 12, String(random.whole(1200, 9800)));
  }
}

/** A storey: a corridor with rows of rooms and columns on a grid. */
function officePlan(random: SeededRandom): Buffer {
  const drawing = new Drawing(random.whole(900, 1200), random.whole(500, 760), '#fff');
  const margin = 60;
  const width = drawing.width - 2 * margin;
  const height = drawing.height - 2 * margin;
  const stroke = random.pick(['#111', '#2b2b2b', '#404040']);
  const wall = random.between(2, 7);
  drawing.rectangle(margin, margin, width, height, { fill: 'none', stroke, 'stroke-width': wall * 1.6 });
  const corridor = random.between(40, 90);
  const depth = (height - corridor) / 2;
  for (const top of [margin, margin + depth + corridor]) {
    const count = random.whole(3, 8);
    for (let i = 0; i < count; i++) {
      const x = margin + (i * width) / count;
      drawing.rectangle(x, top, width / count, depth, { fill: 'none', stroke, 'stroke-width': wall });
      drawing.text(x + 12, top + depth / 2, random.between(12, 18), `${random.whole(101, 640)}`);
      drawing.text(x + 12, top + depth / 2 + 20, 12, `${random.between(12, 180).toFixed(1)}`);
    }
  }
  if (random.chance(0.6))
    for (let x = margin + 40; x < margin + width; x += random.between(70, 120))
      for (let y = margin + 40; y < margin + height; y += 110) drawing.rectangle(x, y, 9, 9, { fill: stroke });
  return drawing.png();
}

/** Thin uneven lines, as drawn by hand on squared paper. */
function handPlan(random: SeededRandom): Buffer {
  const drawing = new Drawing(800, random.whole(600, 900), '#fbfaf5');
  if (random.chance(0.6))
    for (let at = 0; at < 900; at += 25) {
      drawing.line(at, 0, at, 900, { stroke: '#cfe0ee', 'stroke-width': 1 });
      drawing.line(0, at, 800, at, { stroke: '#cfe0ee', 'stroke-width': 1 });
    }
  const ink = random.pick(['#20304f', '#222', '#1a3d8f']);
  const uneven = () => random.between(-4, 4);
  for (const room of rooms(random, { x: 90, y: 90, width: 620, height: drawing.height - 180 }, 3)) {
    const [left, top, right, bottom] = [room.x, room.y, room.x + room.width, room.y + room.height];
    drawing.path(
      `M ${left + uneven()} ${top + uneven()} L ${right + uneven()} ${top + uneven()} L ${right + uneven()} ${bottom + uneven()} L ${left + uneven()} ${bottom + uneven()} Z`,
      { fill: 'none', stroke: ink, 'stroke-width': random.between(2, 4) },
    );
    if (random.chance(0.7)) drawing.text(left + 25, top + 50, 22, `${random.whole(5, 48)} м²`, { fill: ink });
  }
  return drawing.png();
}

const WORDS =
  'договор аренды нежилого помещения арендатор арендодатель обязуется передать во временное пользование площадь стороны срок оплата настоящий акт здание этаж город Москва улица согласно приложение условия в течение дней после подписания стоимость рублей включая налог'.split(
    ' ',
  );

const sentence = (random: SeededRandom, words: number): string =>
  Array.from({ length: words }, () => random.pick(WORDS)).join(' ');

function textPage(random: SeededRandom): Buffer {
  const drawing = new Drawing(720, 1000, random.pick(['#fff', '#fdfdfb', '#f7f3ea']));
  const size = random.between(13, 21);
  let y = 90;
  if (random.chance(0.8))
    drawing.text(200, y, size * 1.5, random.pick(['ДОГОВОР АРЕНДЫ', 'АКТ', 'ПРИЛОЖЕНИЕ № 1', 'Справка']));
  const family = random.pick(['Roboto', 'DejaVu Serif', 'DejaVu Sans']);
  for (y += size * 3; y < random.between(600, 960); y += size * random.pick([1.4, 1.5, 1.7])) {
    if (random.chance(0.08)) y += size;
    drawing.text(60, y, size, sentence(random, Math.round(random.between(4, 9.5) * (15 / size))), {
      'font-family': family,
    });
  }
  return drawing.png();
}

/** An advertisement of premises as a sheet: a big price, a list of facts, a telephone. */
function adPage(random: SeededRandom): Buffer {
  const accent = random.pick(['#1f4e79', '#b23a48', '#2a7f62', '#333']);
  const drawing = new Drawing(
    random.whole(640, 900),
    random.whole(640, 900),
    random.pick(['#fff', '#fafafa', '#fff8e6']),
  );
  drawing.text(
    50,
    90,
    random.between(34, 52),
    random.pick(['Сдаётся офис', 'Аренда помещения', 'Продажа офиса', 'СДАМ СКЛАД']),
    {
      fill: accent,
      'font-weight': 700,
    },
  );
  let y = 150;
  for (let i = 0; i < random.whole(5, 10); i++, y += random.between(34, 50))
    drawing.text(50, y, random.between(20, 26), sentence(random, random.whole(3, 6)));
  drawing.text(50, y + 50, 44, `${random.whole(90, 950)} 000 руб.`, { fill: accent, 'font-weight': 700 });
  drawing.text(50, y + 100, 30, `+7 (495) ${random.whole(100, 999)}-${random.whole(10, 99)}-${random.whole(10, 99)}`);
  return drawing.png();
}

function formPage(random: SeededRandom): Buffer {
  const drawing = new Drawing(760, 1000, '#fff');
  const rows = random.whole(9, 22);
  const height = 820 / rows;
  const columns = random.pick([
    [90, 330, 670],
    [90, 240, 400, 560, 670],
    [90, 500, 670],
  ]);
  drawing.text(90, 70, 24, random.pick(['Экспликация помещений', 'Счёт на оплату', 'Коммерческое предложение']));
  for (let row = 0; row <= rows; row++) {
    const y = 100 + row * height;
    drawing.line(90, y, 670, y, { stroke: '#444', 'stroke-width': 1.2 });
    if (row < rows)
      for (const x of columns.slice(0, -1))
        drawing.text(
          x + 6,
          y + height * 0.65,
          Math.min(17, height * 0.5),
          random.chance(0.5) ? sentence(random, 2) : `${random.whole(1, 99_999)}`,
        );
  }
  for (const x of columns) drawing.line(x, 100, x, 920, { stroke: '#444', 'stroke-width': 1.2 });
  return drawing.png();
}

function barChart(random: SeededRandom): Buffer {
  const drawing = new Drawing(900, 600, random.pick(['#fff', '#f6f8fb']));
  const colours = random.shuffled(['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd']);
  const bars = random.whole(5, 14);
  for (let i = 0; i < bars; i++) {
    const height = random.between(60, 420);
    drawing.rectangle(80 + (i * 760) / bars, 520 - height, 600 / bars, height, {
      fill: colours[i % random.whole(1, 5)]!,
    });
  }
  drawing
    .line(70, 520, 850, 520, { stroke: '#333', 'stroke-width': 2 })
    .line(70, 60, 70, 520, { stroke: '#333', 'stroke-width': 2 });
  drawing.text(280, 45, 28, 'Динамика');
  return drawing.png();
}

function chatScreen(random: SeededRandom): Buffer {
  const drawing = new Drawing(540, 960, random.pick(['#dfe7d5', '#e8ecf1', '#0e1621']));
  drawing.rectangle(0, 0, 540, 80, { fill: random.pick(['#5682a3', '#075e54', '#17212b']) });
  drawing.circle(50, 40, 26, { fill: '#fff' });
  for (let y = 110; y < 860; ) {
    const height = random.between(46, 130);
    const width = random.between(180, 400);
    const mine = random.chance(0.5);
    drawing.rectangle(mine ? 520 - width : 20, y, width, height, { fill: mine ? '#effdde' : '#fff', rx: 16 });
    for (let line = y + 28; line < y + height - 8; line += 24)
      drawing.text((mine ? 520 - width : 20) + 14, line, 17, sentence(random, Math.floor(width / 110)));
    y += height + 16;
  }
  return drawing.png();
}

/** A logo: few flat shapes and a word. */
function sign(random: SeededRandom): Buffer {
  const drawing = new Drawing(700, 700, random.pick(['#fff', '#101820', '#ffd400', '#e7e7e7', '#0b3d91']));
  const colours = ['#d62828', '#003049', '#f77f00', '#2a9d8f', '#ffffff', '#6a4c93'];
  for (let i = 0; i < random.whole(1, 4); i++) {
    const fill = random.pick(colours);
    if (random.chance(0.5))
      drawing.circle(random.between(230, 470), random.between(200, 420), random.between(60, 170), { fill });
    else {
      const [x, y, size] = [random.between(200, 400), random.between(160, 340), random.between(90, 240)];
      drawing.path(`M ${x} ${y + size} L ${x + size / 2} ${y} L ${x + size} ${y + size} Z`, { fill });
    }
  }
  if (random.chance(0.7))
    drawing.text(200, 600, random.between(60, 110), random.pick(['АЛЬФА', 'Nord', 'ДОМ', 'ОПТ']), {
      fill: random.pick(colours),
      'font-weight': 700,
    });
  return drawing.png();
}

/** Nearly nothing: a colour, a soft transition. */
function blankWall(random: SeededRandom): Buffer {
  const drawing = new Drawing(
    600,
    600,
    `hsl(${random.whole(0, 359)},${random.whole(0, 70)}%,${random.whole(15, 90)}%)`,
  );
  const hue = random.whole(0, 359);
  for (let i = 0; i < random.whole(0, 12); i++)
    drawing.rectangle(0, i * 50, 600, 50, { fill: `hsl(${hue},50%,50%)`, 'fill-opacity': (i / 24).toFixed(2) });
  return drawing.png();
}
