import { Drawing } from './drawing.js';
import type { SeededRandom } from './seeded-random.js';
import { type Theme, themeOf } from './theme.js';
import { TRAINING_OTHERS } from './training-others.js';

/**
 * Pictures the probe is trained on. The held-out sets are drawn by other generators (held-out-pictures.ts, blind-pictures.ts)
 * with other shapes, layouts, colours and words, so that their scores say something about pictures the probe has not been made
 * for. Paper, ink and fills are drawn from a wide range on purpose: the probe must not learn that a plan is black on white.
 */
export const TRAINING_PICTURES = {
  plan: [apartmentPlan, officePlan, handPlan, gridPlan],
  document: [textPage, adPage, formPage, columnsPage, screenPage],
  other: TRAINING_OTHERS,
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
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(700, 1000), random.whole(600, 900), theme.paper);
  const margin = random.between(40, 110);
  const frame = { x: margin, y: margin, width: drawing.width - 2 * margin, height: drawing.height - 2 * margin };
  const wall = random.between(2, 13);
  const filled = random.chance(0.35);
  for (const room of rooms(random, frame, random.whole(2, 4))) {
    const fill = filled ? random.pick(theme.fills) : 'none';
    drawing.rectangle(room.x, room.y, room.width, room.height, { fill, stroke: theme.ink, 'stroke-width': wall });
    if (random.chance(0.35)) furniture(drawing, random, room, theme);
    if (random.chance(0.7)) door(drawing, random, room, wall, theme);
    if (random.chance(0.85)) {
      const size = random.between(13, 26);
      drawing.text(room.x + room.width / 2 - size, room.y + room.height / 2, size, roomNote(random), {
        fill: theme.ink,
      });
    }
    if (random.chance(0.4)) windowOn(drawing, random, room, wall, theme);
  }
  if (random.chance(0.6)) dimensions(drawing, random, frame, theme);
  if (random.chance(0.3))
    drawing.text(margin, margin - 26, 22, random.pick(['Схема помещения', '2 этаж', 'План']), { fill: theme.ink });
  return drawing.png();
}

const roomNote = (random: SeededRandom): string =>
  random.pick([
    random.between(4, 60).toFixed(1),
    `${random.between(4, 90).toFixed(1)} м²`,
    random.pick(['Зал', 'Комната', 'Тамбур', 'Комн. 4', 'Офис 12']),
    String(random.whole(1, 40)),
  ]);

function furniture(drawing: Drawing, random: SeededRandom, room: Room, theme: Theme): void {
  const style = {
    fill: random.pick(['none', theme.paper, random.pick(theme.fills)]),
    stroke: theme.ink,
    'stroke-width': random.between(1, 2.5),
  };
  for (let i = 0; i < random.whole(1, 5); i++) {
    const [x, y] = [room.x + random.between(8, room.width - 50), room.y + random.between(8, room.height - 50)];
    if (random.chance(0.3)) drawing.circle(x + 18, y + 18, random.between(8, 18), style);
    else drawing.rectangle(x, y, random.between(18, 44), random.between(14, 40), style);
  }
}

function door(drawing: Drawing, random: SeededRandom, room: Room, wall: number, theme: Theme): void {
  const size = random.between(28, 45);
  const x = room.x + random.between(10, Math.max(11, room.width - size - 10));
  const y = room.y + room.height;
  drawing.rectangle(x, y - wall, size, wall * 2, { fill: theme.paper });
  drawing.path(`M ${x} ${y} L ${x} ${y - size} A ${size} ${size} 0 0 1 ${x + size} ${y}`, {
    fill: 'none',
    stroke: theme.ink,
    'stroke-width': 1.5,
  });
}

function windowOn(drawing: Drawing, random: SeededRandom, room: Room, wall: number, theme: Theme): void {
  const size = Math.min(room.width * 0.6, random.between(40, 90));
  const x = room.x + (room.width - size) / 2;
  drawing.rectangle(x, room.y - wall / 2, size, wall, { fill: theme.paper, stroke: theme.ink, 'stroke-width': 1 });
  drawing.line(x, room.y, x + size, room.y, { stroke: theme.ink, 'stroke-width': 1 });
}

function dimensions(drawing: Drawing, random: SeededRandom, frame: Room, theme: Theme): void {
  const y = frame.y - 22;
  const style = { stroke: theme.ink, 'stroke-width': 1 };
  drawing.line(frame.x, y, frame.x + frame.width, y, style);
  for (let x = frame.x; x <= frame.x + frame.width; x += frame.width / random.whole(2, 5)) {
    drawing.line(x - 5, y + 5, x + 5, y - 5, style);
    drawing.text(x + 18, y - 4, 12, String(random.whole(1200, 9800)), { fill: theme.ink });
  }
}

/** A storey: a corridor with rows of rooms and columns on a grid. */
function officePlan(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(800, 1200), random.whole(500, 860), theme.paper);
  const margin = random.between(40, 90);
  const width = drawing.width - 2 * margin;
  const height = drawing.height - 2 * margin;
  const wall = random.between(1.5, 7);
  const stroke = theme.ink;
  drawing.rectangle(margin, margin, width, height, { fill: 'none', stroke, 'stroke-width': wall * 1.6 });
  const corridor = random.between(40, 120);
  const depth = (height - corridor) / 2;
  const filled = random.chance(0.3);
  for (const top of [margin, margin + depth + corridor]) {
    const count = random.whole(2, 8);
    for (let i = 0; i < count; i++) {
      const x = margin + (i * width) / count;
      drawing.rectangle(x, top, width / count, depth, {
        fill: filled ? random.pick(theme.fills) : 'none',
        stroke,
        'stroke-width': wall,
      });
      if (random.chance(0.8))
        drawing.text(x + 12, top + depth / 2, random.between(12, 20), `${random.whole(101, 640)}`, { fill: stroke });
      if (random.chance(0.7))
        drawing.text(x + 12, top + depth / 2 + 22, random.between(12, 18), roomNote(random), { fill: stroke });
      if (random.chance(0.3)) furniture(drawing, random, { x, y: top, width: width / count, height: depth }, theme);
    }
  }
  if (random.chance(0.5))
    for (let x = margin + 40; x < margin + width; x += random.between(70, 120))
      for (let y = margin + 40; y < margin + height; y += 110) drawing.rectangle(x, y, 9, 9, { fill: stroke });
  return drawing.png();
}

/** Walls that end anywhere on a raster of axes, an outline with a corner cut out, stairs. */
function gridPlan(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(760, 1000), random.whole(680, 1050), theme.paper);
  const [left, top, right, bottom] = [70, 90, drawing.width - 70, drawing.height - 70];
  const style = { fill: 'none', stroke: theme.ink, 'stroke-width': random.between(3, 9) };
  const cut = random.between(60, 260);
  const thin = { ...style, 'stroke-width': random.between(1.5, 5) };
  drawing.path(`M ${left} ${top} H ${right - cut} V ${top + cut} H ${right} V ${bottom} H ${left} Z`, style);
  const [columns, rows] = [random.whole(2, 5), random.whole(2, 5)];
  const step = { x: (right - left) / columns, y: (bottom - top - cut) / rows };
  for (let c = 0; c < columns; c++)
    for (let r = 0; r < rows; r++) {
      const [x, y] = [left + c * step.x, top + cut + r * step.y];
      if (random.chance(0.5)) drawing.line(x, y, x, y + step.y, thin);
      if (random.chance(0.5)) drawing.line(x, y, x + step.x * random.between(0.4, 1), y, thin);
      if (random.chance(0.4))
        drawing.text(x + 14, y + step.y / 2, random.between(13, 22), roomNote(random), { fill: theme.ink });
    }
  if (random.chance(0.4))
    for (let c = 0; c <= columns; c++)
      drawing.line(left + c * step.x, 30, left + c * step.x, drawing.height - 20, {
        stroke: theme.ink,
        'stroke-width': 0.8,
        'stroke-dasharray': '10 5',
      });
  const stairs = random.between(left, right - 160);
  for (let i = 0; i < random.whole(0, 10); i++)
    drawing.line(stairs + i * 13, bottom - 80, stairs + i * 13, bottom, { stroke: theme.ink, 'stroke-width': 1.5 });
  return drawing.png();
}

/** Thin uneven lines, as drawn by hand on squared paper. */
function handPlan(random: SeededRandom): Buffer {
  const drawing = new Drawing(800, random.whole(600, 900), random.pick(['#fbfaf5', '#ffffff', '#e9e2cf']));
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

const FAMILIES = ['Roboto', 'DejaVu Serif', 'DejaVu Sans', 'DejaVu Sans Mono'];

function textPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(720, random.whole(720, 1050), theme.paper);
  const size = random.between(12, 24);
  const style = { 'font-family': random.pick(FAMILIES), fill: theme.ink };
  let y = random.between(60, 110);
  if (random.chance(0.7))
    drawing.text(
      random.between(60, 220),
      y,
      size * 1.5,
      random.pick(['ДОГОВОР АРЕНДЫ', 'АКТ', 'ПРИЛОЖЕНИЕ № 1', 'Справка']),
      style,
    );
  const last = random.between(0.55, 0.97) * drawing.height;
  const leading = random.between(1.25, 1.8);
  const numbered = random.chance(0.4);
  const full = Math.max(2, Math.round((620 / size / 7.5) * random.between(0.7, 1)));
  let clause = 1;
  for (y += size * 3; y < last; y += size * leading) {
    const begins = random.chance(0.25);
    if (begins && random.chance(0.5)) y += size * 0.8;
    const number = numbered && begins ? `${clause++}.${random.whole(1, 9)}. ` : '';
    drawing.text(begins ? 85 : 55, y, size, number + sentence(random, begins ? full - 1 : full), style);
  }
  if (random.chance(0.3))
    drawing.circle(random.between(400, 620), last - 60, random.between(50, 90), {
      fill: 'none',
      stroke: '#3050b0',
      'stroke-width': 4,
      'stroke-opacity': 0.6,
    });
  return drawing.png();
}

/** An advertisement of premises as a sheet: a big price, a list of facts, a telephone. */
function adPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(600, 950), random.whole(600, 950), theme.paper);
  if (random.chance(0.4)) drawing.rectangle(0, 0, drawing.width, random.between(100, 150), { fill: theme.accent });
  drawing.text(
    50,
    90,
    random.between(30, 56),
    random.pick(['Сдаётся офис', 'Аренда помещения', 'Продажа офиса', 'СДАМ СКЛАД']),
    { fill: random.pick([theme.ink, theme.accent]), 'font-weight': 700 },
  );
  let y = 180;
  for (let i = 0; i < random.whole(3, 10); i++, y += random.between(30, 54))
    drawing.text(50, y, random.between(18, 30), sentence(random, random.whole(2, 6)), { fill: theme.ink });
  drawing.text(50, y + 50, random.between(32, 54), `${random.whole(90, 950)} 000 руб.`, {
    fill: theme.ink,
    'font-weight': 700,
  });
  drawing.text(
    50,
    y + 105,
    random.between(22, 36),
    `+7 (495) ${random.whole(100, 999)}-${random.whole(10, 99)}-${random.whole(10, 99)}`,
    { fill: theme.ink },
  );
  return drawing.png();
}

function formPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(760, 1050), random.whole(620, 1000), theme.paper);
  const rows = random.whole(7, 24);
  const [top, bottom, left, right] = [100, drawing.height - 60, 60, drawing.width - 60];
  const height = (bottom - top) / rows;
  const columns = random.whole(2, 6);
  const xs = Array.from({ length: columns + 1 }, (_, i) => left + ((right - left) * i) / columns);
  drawing.text(left, 70, random.between(20, 30), random.pick(['Экспликация помещений', 'Счёт на оплату', 'Перечень']), {
    fill: theme.ink,
  });
  const ruled = random.chance(0.65);
  const headed = random.chance(0.4);
  for (let row = 0; row < rows; row++) {
    const y = top + row * height;
    if (row === 0 && headed) drawing.rectangle(left, y, right - left, height, { fill: theme.accent });
    else if (!ruled && row % 2) drawing.rectangle(left, y, right - left, height, { fill: theme.fills[0]! });
    if (ruled) drawing.line(left, y, right, y, { stroke: theme.ink, 'stroke-width': 1.2 });
    for (const x of xs.slice(0, -1))
      drawing.text(
        x + 6,
        y + height * 0.65,
        Math.min(19, height * 0.5),
        random.chance(0.4) ? sentence(random, 2).slice(0, 16) : `${random.whole(1, 99_999)}`,
        { fill: theme.ink },
      );
  }
  if (ruled) for (const x of xs) drawing.line(x, top, x, bottom, { stroke: theme.ink, 'stroke-width': 1.2 });
  return drawing.png();
}

/** Text in columns with titles and a picture's place, as in a booklet or a newspaper. */
function columnsPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(800, 1100), random.whole(650, 1000), theme.paper);
  const columns = random.whole(2, 3);
  const width = (drawing.width - 80) / columns;
  const size = random.between(13, 19);
  drawing.text(40, 70, random.between(30, 50), sentence(random, 3), { fill: theme.accent, 'font-weight': 700 });
  for (let column = 0; column < columns; column++) {
    const x = 40 + column * width;
    for (let y = 120; y < drawing.height - 50; y += size * 1.45) {
      if (random.chance(0.04)) {
        drawing.rectangle(x, y, width - 30, 110, { fill: random.pick(theme.fills) });
        y += 140;
      }
      drawing.text(x, y, size, sentence(random, Math.max(1, Math.floor(width / (size * 6)))), { fill: theme.ink });
    }
  }
  return drawing.png();
}

/** A page of a site in a narrow window: a place of a picture, a big line, facts, a button. */
function screenPage(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(random.whole(480, 640), random.whole(850, 1150), theme.paper);
  let y = 50;
  if (random.chance(0.6)) {
    const height = random.between(80, 300);
    drawing.rectangle(0, y, drawing.width, height, { fill: random.pick([theme.accent, ...theme.fills]) });
    y += height;
  }
  drawing.text(
    24,
    y + 54,
    random.between(26, 44),
    random.pick(['Помещение 85 м²', '120 000 ₽', 'Аренда', 'Торговая площадь']),
    { fill: theme.ink, 'font-weight': 700 },
  );
  for (y += 100; y < drawing.height - 110; y += random.between(26, 44))
    drawing.text(24, y, random.between(16, 24), sentence(random, random.whole(2, 4)), { fill: theme.ink });
  if (random.chance(0.6))
    drawing.rectangle(24, drawing.height - 84, drawing.width - 48, 60, { fill: theme.accent, rx: 10 });
  return drawing.png();
}
