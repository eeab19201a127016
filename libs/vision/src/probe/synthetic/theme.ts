import type { SeededRandom } from './seeded-random.js';

/** Colours of one picture. */
export interface Theme {
  paper: string;
  ink: string;
  /** A second colour for titles, accents, fills. */
  accent: string;
  /** Light fills that ink can be read on. */
  fills: string[];
  dark: boolean;
}

/** Mostly dark ink on light paper, sometimes tinted paper or coloured ink, sometimes light ink on a dark ground. */
export function themeOf(random: SeededRandom): Theme {
  const hue = random.whole(0, 359);
  const accent = `hsl(${random.whole(0, 359)},${random.whole(30, 80)}%,${random.whole(25, 50)}%)`;
  const dark = random.chance(0.22);
  if (dark) {
    const fills = Array.from(
      { length: 5 },
      () => `hsl(${random.whole(0, 359)},${random.whole(10, 50)}%,${random.whole(18, 38)}%)`,
    );
    const paper = `hsl(${hue},${random.whole(0, 75)}%,${random.whole(7, 34)}%)`;
    return {
      paper,
      ink: random.pick(['#ffffff', '#dfe8f5', '#f5f0d8', '#bfc7d1']),
      accent: `hsl(${hue},70%,70%)`,
      fills,
      dark,
    };
  }
  const fills = Array.from(
    { length: 5 },
    () => `hsl(${random.whole(0, 359)},${random.whole(15, 70)}%,${random.whole(78, 94)}%)`,
  );
  const paper = random.chance(0.55) ? '#ffffff' : `hsl(${hue},${random.whole(5, 45)}%,${random.whole(84, 98)}%)`;
  const ink = random.chance(0.6)
    ? random.pick(['#000', '#222', '#444'])
    : `hsl(${random.whole(0, 359)},${random.whole(20, 70)}%,${random.whole(12, 35)}%)`;
  return { paper, ink, accent, fills, dark };
}
