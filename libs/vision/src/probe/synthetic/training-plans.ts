import { Drawing } from './drawing.js';
import type { SeededRandom } from './seeded-random.js';
import { type Theme, themeOf } from './theme.js';

/** Floor plans for training: of flats, of storeys, by hand, on axes. */
export const TRAINING_PLANS = [apartmentPlan, officePlan, handPlan, gridPlan] as const;

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
