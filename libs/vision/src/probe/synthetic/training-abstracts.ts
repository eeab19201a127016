import { Drawing } from './drawing.js';
import type { SeededRandom } from './seeded-random.js';
import { themeOf } from './theme.js';

/** More of what is neither photograph nor plan nor document: of all kinds this one has no common look. */
export const TRAINING_ABSTRACTS = [
  waves,
  blobs,
  board,
  dashboard,
  calendar,
  flag,
  rays,
  network,
  stars,
  shelf,
] as const;

const hsl = (hue: number, saturation: number, lightness: number): string =>
  `hsl(${Math.round(hue + 360) % 360},${Math.round(saturation)}%,${Math.round(lightness)}%)`;

/** Soft bands over one another, as on wallpapers of desktops. */
function waves(random: SeededRandom): Buffer {
  const hue = random.whole(0, 359);
  const drawing = new Drawing(1000, random.whole(560, 1000), hsl(hue, random.between(20, 80), random.between(10, 85)));
  const bands = random.whole(6, 40);
  for (let i = 0; i < bands; i++) {
    const y = (drawing.height * i) / bands;
    const swing = random.between(20, 260);
    drawing.path(
      `M 0 ${y.toFixed(0)} C 300 ${(y - swing).toFixed(0)} 650 ${(y + swing).toFixed(0)} 1000 ${(y + random.between(-120, 120)).toFixed(0)} L 1000 ${drawing.height} L 0 ${drawing.height} Z`,
      {
        fill: hsl(hue + i * random.between(1, 9), random.between(40, 90), 20 + (60 * i) / bands),
        'fill-opacity': random.between(0.25, 0.9).toFixed(2),
      },
    );
  }
  return drawing.png();
}

/** Light without edges: many faint circles. */
function blobs(random: SeededRandom): Buffer {
  const hue = random.whole(0, 359);
  const drawing = new Drawing(800, random.whole(500, 900), hsl(hue, random.between(0, 80), random.between(4, 90)));
  for (let i = 0; i < random.whole(3, 7); i++) {
    const [x, y, radius] = [random.between(0, 800), random.between(0, drawing.height), random.between(80, 420)];
    const fill = hsl(hue + random.between(-90, 90), random.between(40, 95), random.between(25, 75));
    for (let ring = 12; ring > 0; ring--) drawing.circle(x, y, (radius * ring) / 12, { fill, 'fill-opacity': 0.08 });
  }
  return drawing.png();
}

function board(random: SeededRandom): Buffer {
  const cells = random.whole(5, 14);
  const size = 760 / cells;
  const [a, b] = [hsl(random.whole(0, 359), 30, 80), hsl(random.whole(0, 359), 45, 35)];
  const drawing = new Drawing(800, 800, b);
  for (let x = 0; x < cells; x++)
    for (let y = 0; y < cells; y++) {
      drawing.rectangle(20 + x * size, 20 + y * size, size, size, { fill: (x + y) % 2 ? a : b });
      if (random.chance(0.25))
        drawing.circle(20 + (x + 0.5) * size, 20 + (y + 0.5) * size, size * 0.32, {
          fill: random.pick(['#111', '#f5f5f5', '#b3001b']),
          stroke: '#222',
          'stroke-width': 2,
        });
    }
  return drawing.png();
}

/** Cards with big figures, gauges and small charts. */
function dashboard(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(1100, 760, theme.dark ? theme.paper : '#eef1f5');
  const [columns, rows] = [random.whole(2, 4), random.whole(2, 3)];
  for (let c = 0; c < columns; c++)
    for (let r = 0; r < rows; r++) {
      const [x, y, w, h] = [20 + (c * 1060) / columns, 20 + (r * 720) / rows, 1060 / columns - 16, 720 / rows - 16];
      drawing.rectangle(x, y, w, h, { fill: theme.dark ? theme.fills[0]! : '#ffffff', rx: 14 });
      const colour = hsl(random.whole(0, 359), 70, 50);
      const kind = random.whole(0, 2);
      if (kind === 0) {
        drawing.text(x + 20, y + h / 2, random.between(40, 70), `${random.whole(1, 99)},${random.whole(0, 9)}`, {
          fill: colour,
          'font-weight': 700,
        });
      } else if (kind === 1) {
        const radius = Math.min(w, h) * 0.32;
        const [cx, cy] = [x + w / 2, y + h * 0.6];
        drawing.path(`M ${cx - radius} ${cy} A ${radius} ${radius} 0 0 1 ${cx + radius} ${cy}`, {
          fill: 'none',
          stroke: '#ccd',
          'stroke-width': 18,
        });
        drawing.path(`M ${cx - radius} ${cy} A ${radius} ${radius} 0 0 1 ${cx} ${cy - radius}`, {
          fill: 'none',
          stroke: colour,
          'stroke-width': 18,
        });
      } else
        for (let i = 0; i < 7; i++)
          drawing.rectangle(
            x + 20 + (i * (w - 40)) / 7,
            y + h - 20 - random.between(10, h * 0.6),
            (w - 60) / 9,
            h * 0.3,
            { fill: colour },
          );
    }
  return drawing.png();
}

function calendar(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(840, 760, theme.paper);
  drawing
    .rectangle(0, 0, 840, 130, { fill: theme.accent })
    .text(250, 88, 60, random.pick(['Март', 'Июль', 'Октябрь']), { fill: '#fff' });
  for (let day = 0; day < 31; day++) {
    const [x, y] = [30 + (day % 7) * 112, 160 + Math.floor(day / 7) * 115];
    if (random.chance(0.15)) drawing.circle(x + 50, y + 50, 44, { fill: random.pick(theme.fills) });
    drawing.text(x + 34, y + 62, 36, String(day + 1), { fill: theme.ink });
  }
  return drawing.png();
}

function flag(random: SeededRandom): Buffer {
  const drawing = new Drawing(900, 600, hsl(random.whole(0, 359), 80, 45));
  const parts = random.whole(2, 6);
  const across = random.chance(0.5);
  for (let i = 0; i < parts; i++) {
    const style = { fill: random.chance(0.3) ? '#ffffff' : hsl(random.whole(0, 359), 80, random.between(25, 60)) };
    if (across) drawing.rectangle(0, (600 * i) / parts, 900, 600 / parts + 1, style);
    else drawing.rectangle((900 * i) / parts, 0, 900 / parts + 1, 600, style);
  }
  if (random.chance(0.5))
    drawing.circle(450, 300, random.between(60, 160), { fill: hsl(random.whole(0, 359), 80, 55) });
  return drawing.png();
}

/** Rays out of a point, and a word. */
function rays(random: SeededRandom): Buffer {
  const [x, y] = [random.between(200, 600), random.between(200, 600)];
  const drawing = new Drawing(800, 800, hsl(random.whole(0, 359), 80, 50));
  const count = random.whole(8, 40);
  for (let i = 0; i < count; i += 2) {
    const at = (turn: number) =>
      `${(x + 1200 * Math.cos((2 * Math.PI * turn) / count)).toFixed(0)} ${(y + 1200 * Math.sin((2 * Math.PI * turn) / count)).toFixed(0)}`;
    drawing.path(`M ${x} ${y} L ${at(i)} L ${at(i + 1)} Z`, {
      fill: hsl(random.whole(20, 60), 90, 60),
      'fill-opacity': 0.8,
    });
  }
  if (random.chance(0.6))
    drawing.text(
      random.between(60, 200),
      random.between(300, 600),
      random.between(70, 130),
      random.pick(['ХИТ', 'SALE', '8 Марта', 'Новинка']),
      { fill: random.pick(['#fff', '#111', '#c00']), 'font-weight': 700 },
    );
  return drawing.png();
}

/** Dots joined by lines, as on covers about technology. */
function network(random: SeededRandom): Buffer {
  const drawing = new Drawing(1000, 640, hsl(random.whole(180, 300), random.between(10, 80), random.between(5, 95)));
  const ink = hsl(random.whole(0, 359), random.between(0, 90), random.between(45, 85));
  const dots = Array.from(
    { length: random.whole(12, 60) },
    () => [random.between(0, 1000), random.between(0, 640)] as const,
  );
  for (const [i, [x, y]] of dots.entries()) {
    for (const [u, v] of dots.slice(i + 1))
      if (Math.hypot(x - u, y - v) < 170) drawing.line(x, y, u, v, { stroke: ink, 'stroke-width': 1 });
    drawing.circle(x, y, random.between(2, 12), { fill: ink });
  }
  return drawing.png();
}

function stars(random: SeededRandom): Buffer {
  const drawing = new Drawing(
    900,
    random.whole(500, 900),
    hsl(random.whole(200, 320), random.between(20, 80), random.between(3, 22)),
  );
  for (let i = 0; i < random.whole(40, 300); i++)
    drawing.circle(random.between(0, 900), random.between(0, drawing.height), random.between(0.5, 3.5), {
      fill: '#fff',
      'fill-opacity': random.next().toFixed(2),
    });
  if (random.chance(0.6))
    drawing.circle(random.between(100, 800), random.between(100, 400), random.between(40, 160), {
      fill: hsl(random.whole(0, 60), 60, 70),
    });
  return drawing.png();
}

/** Rows of flat goods on a screen of a shop. */
function shelf(random: SeededRandom): Buffer {
  const theme = themeOf(random);
  const drawing = new Drawing(700, 1000, theme.paper);
  const columns = random.whole(2, 4);
  const size = 660 / columns;
  for (let row = 0; row < Math.floor(960 / (size + 40)); row++)
    for (let column = 0; column < columns; column++) {
      const [x, y] = [20 + column * size, 20 + row * (size + 40)];
      drawing.rectangle(x, y, size - 14, size - 14, { fill: random.pick(theme.fills), rx: random.whole(0, 24) });
      const fill = hsl(random.whole(0, 359), 65, 50);
      if (random.chance(0.5))
        drawing.circle(x + size / 2 - 7, y + size / 2 - 7, size * random.between(0.15, 0.36), { fill });
      else
        drawing.rectangle(x + size * 0.25, y + size * 0.2, size * 0.4, size * 0.5, { fill, rx: random.whole(0, 30) });
      drawing.text(x + 8, y + size + 12, Math.min(24, size / 8), `${random.whole(100, 9999)} ₽`, { fill: theme.ink });
    }
  return drawing.png();
}
