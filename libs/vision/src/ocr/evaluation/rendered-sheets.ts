import { Drawing, FONT_FAMILIES } from '../../probe/synthetic/drawing.js';
import type { SeededRandom } from '../../probe/synthetic/seeded-random.js';

/** A picture with the text that is on it. */
export interface RenderedSheet {
  png: Buffer;
  lines: string[];
  /** `scattered` labels of a plan have no order. */
  order: 'lines' | 'scattered';
}

/** An ad as a sheet: lines one under another in a font, size and colours of chance. */
export function renderLines(lines: readonly string[], random: SeededRandom): RenderedSheet {
  const size = random.whole(22, 34);
  const longest = Math.max(...lines.map((line) => line.length));
  const family = random.pick(FONT_FAMILIES);
  const width = Math.round(longest * size * 0.66 + 120);
  const leading = size * random.between(1.5, 1.9);
  const dark = random.chance(0.15);
  const paper = dark ? random.pick(['#1c1c1e', '#10243f']) : random.pick(['#ffffff', '#ffffff', '#fbf8ef', '#eef3f7']);
  const ink = dark ? '#f2f2f2' : random.pick(['#000', '#1f2937', '#223c73']);
  const drawing = new Drawing(width, Math.round(lines.length * leading + 110), paper);
  for (const [index, line] of lines.entries())
    drawing.text(50, 70 + index * leading, size, line, {
      'font-family': family,
      fill: ink,
      ...(index === 0 && { 'font-weight': 700 }),
    });
  return { png: drawing.png(), lines: [...lines], order: 'lines' };
}

const ROOMS = [
  'Кабинет',
  'Переговорная',
  'Опенспейс',
  'Коридор',
  'Санузел',
  'Серверная',
  'Кухня',
  'Холл',
  'Склад',
  'Архив',
  'Приёмная',
];

/** A plan with names and areas of rooms and a line of the whole area below. */
export function renderPlan(random: SeededRandom): RenderedSheet {
  const columns = random.whole(2, 4);
  const rows = random.whole(1, 3);
  const [cellWidth, cellHeight] = [random.whole(270, 340), random.whole(190, 260)];
  const drawing = new Drawing(columns * cellWidth + 120, rows * cellHeight + 190, random.pick(['#ffffff', '#faf7f0']));
  const lines: string[] = [];
  const family = random.pick(['Roboto', 'DejaVu Sans']);
  const label = (x: number, y: number, size: number, text: string) => {
    drawing.text(x, y, size, text, { 'font-family': family });
    lines.push(text);
  };
  let total = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [x, y] = [60 + column * cellWidth, 60 + row * cellHeight];
      drawing.rectangle(x, y, cellWidth, cellHeight, {
        fill: 'none',
        stroke: '#111',
        'stroke-width': random.between(3, 8),
      });
      const area = random.whole(40, 960) / 10;
      total += Math.round(area * 10);
      label(x + 36, y + cellHeight / 2 - 8, random.whole(20, 26), random.pick(ROOMS));
      label(x + 36, y + cellHeight / 2 + 30, random.whole(20, 26), `${area.toFixed(1).replace('.', ',')} м²`);
    }
  label(60, drawing.height - 50, 28, `Общая площадь ${(total / 10).toFixed(1).replace('.', ',')} м²`);
  return { png: drawing.png(), lines, order: 'scattered' };
}
