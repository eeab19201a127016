import { createRequire } from 'node:module';
import path from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const FONTS = path.join(
  path.dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')),
  'fonts',
  'Roboto',
);

/** Fonts the drawings may name. Roboto comes with pdfmake; the others are used where the machine has them. */
export const FONT_FAMILIES = ['Roboto', 'DejaVu Sans', 'DejaVu Serif'] as const;

/** Collects the elements of one SVG picture. */
export class Drawing {
  private readonly elements: string[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
    background = '#ffffff',
  ) {
    this.rectangle(0, 0, width, height, { fill: background });
  }

  rectangle(x: number, y: number, width: number, height: number, style: Style): this {
    return this.add(`<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" ${attributes(style)}/>`);
  }

  line(x1: number, y1: number, x2: number, y2: number, style: Style): this {
    return this.add(`<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" ${attributes(style)}/>`);
  }

  circle(x: number, y: number, radius: number, style: Style): this {
    return this.add(`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" ${attributes(style)}/>`);
  }

  path(data: string, style: Style): this {
    return this.add(`<path d="${data}" ${attributes(style)}/>`);
  }

  text(x: number, y: number, size: number, text: string, style: Style = {}): this {
    const content = text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]!);
    return this.add(
      `<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}" ${attributes({ 'font-family': 'Roboto', fill: '#111', ...style })}>${content}</text>`,
    );
  }

  svg(): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}">${this.elements.join('')}</svg>`;
  }

  /** PNG of the drawing's size. */
  png(): Buffer {
    const fonts = { loadSystemFonts: true, fontDirs: [FONTS], defaultFontFamily: 'Roboto' };
    return new Resvg(this.svg(), { font: fonts }).render().asPng();
  }

  private add(element: string): this {
    this.elements.push(element);
    return this;
  }
}

/** Attributes of SVG by their names. */
export type Style = Readonly<Record<string, string | number>>;

const n = (value: number): string => String(Math.round(value * 10) / 10);
const attributes = (style: Style): string =>
  Object.entries(style)
    .map(([name, value]) => `${name}="${value}"`)
    .join(' ');
