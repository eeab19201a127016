import type { EstateKind } from '../types.js';
import { Random, seedOf } from './random.js';

/** What a picture of a building depends on. */
export interface FacadeSubject {
  id: string;
  kind: EstateKind;
  floors: number;
}

/** Size of a picture, pixels. */
const WIDTH = 320;
const HEIGHT = 240;
const GROUND = 205;

const SKIES = ['#a9c8e8', '#c8d6df', '#e8d2b4', '#8fb2d9', '#b9c3cf', '#d9c7d9'] as const;
const WALLS = ['#c9b79c', '#9aa4ad', '#7c5a4a', '#d7d3c8', '#5d6b78', '#b5654a', '#8c8f77', '#e1dccd'] as const;
const GLASS = ['#27384a', '#3c5a78', '#6d8ea8', '#1f2a33', '#8fa9b5'] as const;
const EARTH = ['#6b705c', '#7d7f7d', '#8a8274', '#5c6658'] as const;

/** A building drawn as a child would: sky, ground, a front with its windows, neighbours, trees. Not a picture of anything real. */
export function facadeSvg(subject: FacadeSubject): string {
  const random = new Random(seedOf(`facade of ${subject.id}`));
  const parts = [
    rect(0, 0, WIDTH, GROUND, random.pick(SKIES)),
    ...clouds(random),
    ...neighbours(random),
    rect(0, GROUND, WIDTH, HEIGHT - GROUND, random.pick(EARTH)),
    ...front(subject, random),
    ...trees(random),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${parts.join('')}</svg>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

function rect(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}"/>`;
}

function clouds(random: Random): string[] {
  return Array.from({ length: random.integer(0, 3) }, () => {
    const [x, y] = [random.between(0, WIDTH), random.between(10, 70)];
    const [rx, ry] = [random.between(20, 60), random.between(6, 16)];
    return `<ellipse cx="${round(x)}" cy="${round(y)}" rx="${round(rx)}" ry="${round(ry)}" fill="#fff" opacity="0.7"/>`;
  });
}

function neighbours(random: Random): string[] {
  return Array.from({ length: random.integer(1, 4) }, () => {
    const height = random.between(30, 130);
    return rect(random.between(-40, WIDTH - 30), GROUND - height, random.between(40, 110), height, random.pick(WALLS));
  });
}

function front({ kind, floors }: FacadeSubject, random: Random): string[] {
  const shown = Math.min(floors, 14);
  const storey = kind === 'warehouse' ? random.between(45, 65) : Math.min(34, 170 / shown);
  const height = Math.max(50, storey * shown + 10);
  const width = kind === 'office' ? random.between(90, 190) : random.between(170, 290);
  const x = random.between(10, WIDTH - width - 10);
  const y = GROUND - height;
  const [wall, glass] = [random.pick(WALLS), random.pick(GLASS)];
  const columns = random.integer(3, 9);
  const fill = random.between(0.4, 0.85);
  const windows = Array.from({ length: shown * columns }, (_window, at) => {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    const cell = width / columns;
    // A lit or an open window here and there.
    const pane = random.next() < 0.12 ? '#f2dc8c' : glass;
    return rect(
      x + cell * (column + (1 - fill) / 2),
      y + 8 + storey * row,
      cell * fill,
      storey * random.pick([0.5, 0.6, 0.7]),
      pane,
    );
  });
  const door = random.between(14, 34);
  const doorX = x + random.between(0.1, 0.8) * (width - door);
  const roof =
    random.next() < 0.4
      ? [
          `<path d="M${round(x - 6)} ${round(y)} L${round(x + width / 2)} ${round(y - random.between(12, 40))} L${round(x + width + 6)} ${round(y)} Z" fill="${random.pick(WALLS)}"/>`,
        ]
      : [rect(x - 3, y - 5, width + 6, 6, random.pick(GLASS))];
  const sign =
    kind === 'retail'
      ? [rect(x + 8, GROUND - 44, width - 16, 12, random.pick(['#b3262e', '#1f6f54', '#f0a202', '#264b9c']))]
      : [];
  return [
    rect(x, y, width, height, wall),
    ...windows,
    ...roof,
    ...sign,
    rect(doorX, GROUND - 28, door, 28, random.pick(GLASS)),
  ];
}

function trees(random: Random): string[] {
  return Array.from({ length: random.integer(0, 5) }, () => {
    const x = random.between(5, WIDTH - 5);
    const size = random.between(12, 34);
    const crown = random.pick(['#3f6b3a', '#5a7d3c', '#2f5233', '#9a8433']);
    return `${rect(x - 2, GROUND - size * 0.6, 4, size * 0.6, '#5b4632')}<circle cx="${round(x)}" cy="${round(GROUND - size)}" r="${round(size * 0.7)}" fill="${crown}"/>`;
  });
}
