import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanCopy } from './clean-copy.js';
import { decodeImage, LOOK_SIDE } from './decode.js';
import { encoder, scene } from './fixture-pictures.js';
import { type HostileFile, hostileFiles } from './hostile-files.js';
import { ImageRefusal } from './image-refusal.js';
import { imageFacts, inspectImage, sha256Of } from './inspect.js';

/** The code of the refusal, or `accepted`: whatever else is thrown fails the test. */
async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ImageRefusal)) throw error;
    expect(error.detail).toMatch(/[а-я].*\.$/);
    expect(error.retryable).toBe(false);
    return error.code;
  }
}

async function open(bytes: Buffer): Promise<void> {
  await inspectImage(bytes);
  const { data, width, height, channels } = await decodeImage(bytes, LOOK_SIDE);
  expect(data).toHaveLength(width * height * channels);
}

/** What must be said of files by the beginning of their names; of all others only that something is said. */
const EXPECTED: [string, RegExp][] = [
  ['cut at', /^image-(truncated|not-an-image|corrupt)$/],
  ['and ', /^image-polyglot$/],
  ['text 0 in', /^image-polyglot$/],
  ['text 1 in', /^image-polyglot$/],
  ['text 2 in', /^image-polyglot$/],
  ['SVG', /^image-(svg|not-an-image)$/],
  ['SVG with', /^image-svg$/],
  ['PNG of', /^image-(too-many-pixels|corrupt)$/],
  ['PNG of 40,000', /^image-too-many-pixels$/],
  ['PNG with', /^image-(truncated|not-an-image)$/],
  ['JPEG that says 65,500', /^image-too-many-pixels$/],
  ['JPEG of m', /^image-(truncated|corrupt)$/],
  ['JPEG of e', /^image-(truncated|corrupt)$/],
  ['JPEG of 5', /^image-corrupt$/],
  ['PNG of 1,', /^image-corrupt$/],
  ['JPEG with', /^image-corrupt$/],
  ['21 MB', /^image-too-large$/],
  ['GIF of', /^image-(too-many-pixels|truncated|corrupt)$/],
  ['WebP', /^image-(truncated|corrupt)$/],
  ['AVIF', /^image-(truncated|corrupt)$/],
  ['TIFF', /^image-(truncated|corrupt)$/],
  ['BMP', /^image-format-unsupported$/],
  ['HEIC', /^image-format-unsupported$/],
  ['nothing', /^image-empty$/],
  ['the head', /^image-(corrupt|not-an-image)$/],
  ['zeros', /^image-not-an-image$/],
  ['noise', /^image-not-an-image$/],
];
for (const name of ['HTML', 'XML', 'PDF', 'PHP', 'ImageMagick', 'PostScript', 'Windows', 'JSON', 'ZIP']) {
  EXPECTED.push([name, /^image-not-an-image$/]);
}

describe('hostile files', () => {
  let files: HostileFile[];
  beforeAll(async () => {
    files = await hostileFiles();
  });

  it('are more than 200; each is refused with the code of what is wrong, or opened without harm', async () => {
    expect(files.length).toBeGreaterThan(200);
    const wrong: string[] = [];
    let refused = 0;
    for (const { name, bytes } of files) {
      const code = await codeOf(() => open(bytes));
      if (code !== 'accepted') refused++;
      for (const [start, expected] of EXPECTED) {
        if (name.startsWith(start) && !expected.test(code)) wrong.push(`${name}: ${code}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(200);
  }, 60_000);

  it('leave 49 pictures alone that are opened beside them', async () => {
    const good = await encoder(scene(1)).jpeg().toBuffer();
    const bad = files.find(({ name }) => name.startsWith('cut at') && name.endsWith(': jpg'))!.bytes;
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_file, n) => codeOf(() => open(n === 17 ? bad : good))),
    );
    expect(outcomes.filter((code) => code === 'accepted')).toHaveLength(49);
    expect(outcomes[17]).not.toBe('accepted');
  });

  it('never become a copy that still has what was hidden', async () => {
    for (const { name, bytes } of files) {
      const copy = await cleanCopy(bytes).catch((error: unknown) => {
        if (error instanceof ImageRefusal) return null;
        throw error;
      });
      if (copy) expect(copy.bytes.includes('<script') || copy.bytes.includes('<?php'), name).toBe(false);
    }
  }, 60_000);
});

describe(inspectImage.name, () => {
  const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const;

  it.each(FORMATS)('takes %s for what it is, whatever it is called', async (format) => {
    const bytes = await encoder(scene(3)).toFormat(format).toBuffer();
    expect(await imageFacts(bytes)).toEqual({
      format,
      width: 320,
      height: 240,
      bytes: bytes.length,
      animated: false,
      orientation: 1,
    });
  });

  it('sees a turned picture upright', async () => {
    const bytes = await encoder(scene(3)).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await imageFacts(bytes)).toMatchObject({ width: 240, height: 320, orientation: 6 });
    expect(await decodeImage(bytes, 800)).toMatchObject({ width: 240, height: 320, channels: 3 });
  });

  it('lets pass what cameras append: a second picture, a short film', async () => {
    const bytes = await encoder(scene(3)).jpeg().toBuffer();
    const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), Buffer.alloc(5_000, 7)]);
    await expect(codeOf(() => open(Buffer.concat([bytes, bytes, film])))).resolves.toBe('accepted');
  });

  it('takes the first of several pictures in a file', async () => {
    const frames = await Promise.all(
      [1, 2].map((seed) =>
        encoder(scene(seed, 64, 48))
          .png()
          .toBuffer(),
      ),
    );
    const bytes = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect(await imageFacts(bytes)).toMatchObject({ animated: true, width: 64, height: 48 });
    expect(await decodeImage(bytes, 800)).toMatchObject({ width: 64, height: 48 });
  });

  it.each([
    ['grey', () => encoder(scene(1)).greyscale().png()],
    ['16 bits', () => encoder(scene(1)).toColourspace('rgb16').png()],
    ['transparent', () => encoder(scene(1)).ensureAlpha(0).png()],
    ['CMYK', () => encoder(scene(1)).toColourspace('cmyk').jpeg()],
  ])('gives three channels of 8 bits for %s', async (_name, made) => {
    const raster = await decodeImage(await made().toBuffer(), 100);
    expect(raster).toMatchObject({ width: 100, height: 75, channels: 3 });
    expect(raster.data).toHaveLength(100 * 75 * 3);
  });

  it('shows transparent parts white: a plan without ground is a plan on white', async () => {
    const clear = await sharp({ create: { width: 9, height: 9, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    expect(new Set((await decodeImage(clear, 9)).data)).toEqual(new Set([255]));
  });
});

describe(cleanCopy.name, () => {
  const SECRETS = {
    IFD0: { Artist: 'Иван Петров', Copyright: 'camera 12345' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '55/1 45/1 0/1' },
  };
  const XMP =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>';

  it.each([
    ['jpeg', 1],
    ['jpeg', 6],
    ['png', 1],
    ['webp', 1],
    ['tiff', 1],
    ['avif', 1],
    ['gif', 1],
  ] as const)('of %s turned by %i has the same picture and no metadata at all', async (format, orientation) => {
    const pipeline = encoder(scene(5)).withExif(SECRETS).withXmp(XMP).withIccProfile('p3');
    const bytes = await (orientation === 1 ? pipeline : pipeline.withMetadata({ orientation }))
      .toFormat(format)
      .toBuffer();
    const copy = await cleanCopy(bytes);
    const found = await sharp(copy.bytes).metadata();
    expect([found.exif, found.xmp, found.iptc, found.icc, found.orientation, found.comments]).toEqual(
      Array(6).fill(undefined),
    );
    expect(copy.bytes.includes('12345')).toBe(false);
    const [before, after] = await Promise.all([decodeImage(bytes, 320), decodeImage(copy.bytes, 320)]);
    expect([after.width, after.height]).toEqual([copy.width, copy.height]);
    expect([after.width, after.height]).toEqual([before.width, before.height]);
    const difference = before.data.reduce((sum, value, at) => sum + Math.abs(value - after.data[at]!), 0);
    expect(difference / before.data.length).toBeLessThan(2);
  });

  it.each(['jpeg', 'png'] as const)(
    'of an upright %s in sRGB keeps every pixel and leaves out the rest',
    async (format) => {
      const bytes = await encoder(scene(5)).withExif(SECRETS).withXmp(XMP).toFormat(format).toBuffer();
      const clean = await encoder(scene(5)).toFormat(format).toBuffer();
      const withTail = Buffer.concat([bytes, Buffer.alloc(1_000, 65)]);
      const copy = await cleanCopy(withTail);
      expect(copy.bytes.length).toBeLessThanOrEqual(clean.length + 32);
      expect((await sharp(copy.bytes).raw().toBuffer()).equals(await sharp(bytes).raw().toBuffer())).toBe(true);
      // A copy of the copy is the copy: its id is derived from its bytes.
      expect((await cleanCopy(copy.bytes)).bytes.equals(copy.bytes)).toBe(true);
    },
  );
});

describe(sha256Of.name, () => {
  it('is the digest of exactly these bytes', async () => {
    const bytes = Buffer.from('xabcx').subarray(1, 4);
    expect(await sha256Of(bytes)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
