import path from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';

const FONTS = path.join(import.meta.dirname, '../../libs/finance/src/assets/fonts');

/** Grain (standard deviation, of 255) and quality, by which the size of the file is chosen. */
export interface PhotoDetail {
  grain: number;
  quality: number;
}

/** About 2.1 MB, 0.17 bytes a pixel: what a photograph of a calm scene takes. */
const CALM: PhotoDetail = { grain: 14, quality: 88 };
/** About 4 MB, 0.33 bytes a pixel: foliage, bricks, noise of a dark room. */
export const DETAILED: PhotoDetail = { grain: 26, quality: 90 };

/**
 * A made-up photo of 12 megapixels, as a phone takes it: shapes under grain, baseline JPEG with 4:2:0, turned by its EXIF
 * orientation. What decoding costs follows the size of the file, about 10 ms of CPU a megabyte, as it does for photographs.
 */
export async function phonePhoto({ grain: sigma, quality }: PhotoDetail = CALM): Promise<Buffer> {
  const [width, height] = [4_000, 3_000];
  const shapes = Array.from({ length: 300 }, (_shape, n) => {
    const [x, y] = [(n * 937) % width, (n * 631) % height];
    return `<rect x="${x}" y="${y}" width="${60 + (n % 300)}" height="${50 + (n % 200)}" fill="hsl(${(n * 37) % 360},45%,${30 + (n % 40)}%)" transform="rotate(${n % 60} ${x} ${y})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#9aa4b0"/>${shapes.join('')}</svg>`;
  const grain = await sharp({
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma } },
  })
    .png({ compressionLevel: 1 })
    .toBuffer();
  return sharp(Buffer.from(svg))
    .composite([{ input: grain, blend: 'soft-light' }])
    .flatten()
    .withMetadata({ orientation: 6 })
    .jpeg({ quality })
    .toBuffer();
}

/** The same photo as another file: a comment (JPEG marker COM) makes its bytes, and so its sha256, differ; pixels stay. */
export function anotherPhoto(photo: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment, 'latin1');
  const header = Buffer.from([0xff, 0xfe, 0, 0]);
  header.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([photo.subarray(0, 2), header, text, photo.subarray(2)]);
}

/** A made-up ad with Russian text, 1240 by 800 pixels. */
export function printedAd(): Buffer {
  const lines = [
    'Сдаётся офис в бизнес-центре класса B+',
    'Площадь 146,2 м², этаж 5 из 9',
    'Москва, ул. Лётчика Бабушкина, д. 12, стр. 3',
    'м. Бабушкинская, 7 минут пешком',
    'Ставка 24 000 руб. за м² в год, НДС включён',
    'Отделка готова, отдельный вход, паркинг',
    'Телефон: +7 495 123-45-67',
  ];
  const text = lines.map(
    (line, n) => `<text x="70" y="${120 + n * 92}" font-family="Roboto" font-size="40">${line}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1240" height="800"><rect width="100%" height="100%" fill="#fff"/>${text.join('')}</svg>`;
  return new Resvg(svg, {
    font: { fontFiles: [path.join(FONTS, 'Roboto-Regular.ttf')], loadSystemFonts: false, defaultFontFamily: 'Roboto' },
  })
    .render()
    .asPng();
}
