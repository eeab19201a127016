import { deflateSync, gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { mulberry32 } from '#libs/platform';
import { encoder, scene } from './fixture-pictures.js';

/** A file that is not to be worked on, or that must at least do no harm. */
export interface HostileFile {
  name: string;
  bytes: Buffer;
}

const crcTable = Array.from({ length: 256 }, (_entry, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc32 = (bytes: Buffer) => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const out = Buffer.alloc(8);
  out.writeUInt32BE(body.length, 0);
  out.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([out.subarray(0, 4), named, out.subarray(4)]);
}

const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG that says it is this large, of zeros pressed to almost nothing. */
function bomb(width: number, height: number, rows: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    PNG_MAGIC,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A JPEG whose frame header says another size. */
function resized(jpeg: Buffer, width: number, height: number): Buffer {
  const out = Buffer.from(jpeg);
  const at = [0xc0, 0xc1, 0xc2].map((marker) => out.indexOf(Buffer.from([0xff, marker]))).find((found) => found > 0)!;
  out.writeUInt16BE(height, at + 5);
  out.writeUInt16BE(width, at + 7);
  return out;
}

const ZIP = Buffer.concat([
  Buffer.from('PK\x03\x04', 'latin1'),
  Buffer.alloc(40, 1),
  Buffer.from('PK\x05\x06', 'latin1'),
  Buffer.alloc(18),
]);
const TEXTS = [
  '<?php system($_GET["c"]); ?>',
  '<script>alert(1)</script>',
  '<!DOCTYPE html><html><body onload=alert(1)>',
  '%PDF-1.7\n1 0 obj <</OpenAction 2 0 R>>',
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
  '#!/bin/sh\nrm -rf /\n',
];

/** About 240 files, the same on every run. */
export async function hostileFiles(): Promise<HostileFile[]> {
  const picture = encoder(scene(7, 200, 150));
  const frames = await Promise.all(
    [1, 2, 3].map((seed) =>
      encoder(scene(seed, 64, 48))
        .png()
        .toBuffer(),
    ),
  );
  const formats: [string, Buffer][] = [
    ['jpg', await picture.clone().jpeg().toBuffer()],
    ['progressive.jpg', await picture.clone().jpeg({ progressive: true }).toBuffer()],
    ['png', await picture.clone().png().toBuffer()],
    ['webp', await picture.clone().webp().toBuffer()],
    ['gif', await picture.clone().gif().toBuffer()],
    [
      'animated.gif',
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
    ],
    [
      'animated.webp',
      await sharp(frames, { join: { animated: true } })
        .webp()
        .toBuffer(),
    ],
    ['tiff', await picture.clone().tiff({ compression: 'lzw' }).toBuffer()],
    ['avif', await picture.clone().avif({ effort: 0 }).toBuffer()],
  ];
  const [jpeg, png] = [formats[0]![1], formats[2]![1]];
  return [
    ...formats.flatMap(([name, bytes]) => truncations(name, bytes)),
    ...formats.flatMap(([name, bytes], at) => corruptions(name, bytes, at)),
    ...formats.flatMap(([name, bytes]) => polyglots(name, bytes)),
    ...inMetadata(jpeg, png),
    ...bombs(jpeg),
    ...notPictures(jpeg, png),
  ];
}

const truncations = (name: string, bytes: Buffer): HostileFile[] =>
  [1, 3, 8, 12, 24, 0.1, 0.5, 0.9, bytes.length - 1].map((at) => {
    const length = at < 1 ? Math.floor(bytes.length * at) : at;
    return { name: `cut at ${length} of ${bytes.length}: ${name}`, bytes: bytes.subarray(0, length) };
  });

function corruptions(name: string, bytes: Buffer, seed: number): HostileFile[] {
  const random = mulberry32(seed);
  return Array.from({ length: 5 }, (_file, n) => {
    const broken = Buffer.from(bytes);
    // The first ones hit headers, the last ones anything.
    const within = n < 3 ? Math.min(64, bytes.length) : bytes.length;
    for (let hit = 0; hit < 4 + n * 4; hit++)
      broken[4 + Math.floor(random() * (within - 4))] = Math.floor(random() * 256);
    return { name: `corrupt ${n}: ${name}`, bytes: broken };
  });
}

const polyglots = (name: string, bytes: Buffer): HostileFile[] => [
  { name: `and ZIP: ${name}`, bytes: Buffer.concat([bytes, ZIP]) },
  ...(name.endsWith('tiff')
    ? []
    : TEXTS.map((text, n) => ({ name: `and text ${n}: ${name}`, bytes: Buffer.concat([bytes, Buffer.from(text)]) }))),
];

function inMetadata(jpeg: Buffer, png: Buffer): HostileFile[] {
  return TEXTS.slice(0, 3).flatMap((text, n) => {
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), Buffer.from(text)]);
    const note = chunk('tEXt', Buffer.from(`Comment\0${text}`));
    return [
      { name: `text ${n} in a comment: jpg`, bytes: Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]) },
      { name: `text ${n} in a chunk: png`, bytes: Buffer.concat([png.subarray(0, 33), note, png.subarray(33)]) },
    ];
  });
}

function bombs(jpeg: Buffer): HostileFile[] {
  const profile = chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), deflateSync(Buffer.alloc(30_000_000))]));
  const notes = chunk('zTXt', Buffer.concat([Buffer.from('n\0\0'), deflateSync(Buffer.alloc(30_000_000))]));
  const small = bomb(8, 8, 8 * 25);
  const within = (part: Buffer) => Buffer.concat([small.subarray(0, 33), part, small.subarray(33)]);
  return [
    { name: 'PNG of 40,000 × 40,000', bytes: bomb(40_000, 40_000, 10_000_000) },
    { name: 'PNG of 2^31 − 1 squared', bytes: bomb(2 ** 31 - 1, 2 ** 31 - 1, 1_000) },
    { name: 'PNG of 100,000 × 100', bytes: bomb(100_000, 100, 1_000) },
    { name: 'PNG of no width', bytes: bomb(0, 100, 100) },
    { name: 'PNG whose profile is 30 MB of zeros', bytes: within(profile) },
    { name: 'PNG whose note is 30 MB of zeros', bytes: within(notes) },
    { name: 'JPEG that says 65,500 squared', bytes: resized(jpeg, 65_500, 65_500) },
    { name: 'JPEG that says 7,000 squared', bytes: resized(jpeg, 7_000, 7_000) },
    { name: 'JPEG of no height', bytes: resized(jpeg, 200, 0) },
    { name: '21 MB of JPEG', bytes: Buffer.concat([jpeg, Buffer.alloc(21 * 1024 * 1024)]) },
    {
      name: 'GIF of 65,535 squared',
      bytes: Buffer.from('GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;', 'latin1'),
    },
    { name: 'BMP of 2^31 − 1 squared', bytes: bitmap(2 ** 31 - 1) },
  ];
}

function bitmap(side: number): Buffer {
  const out = Buffer.alloc(1_078);
  out.write('BM', 'latin1');
  out.writeUInt32LE(out.length, 2);
  out.writeUInt32LE(54, 10);
  out.writeUInt32LE(40, 14);
  out.writeInt32LE(side, 18);
  out.writeInt32LE(side, 22);
  out.writeUInt16LE(1, 26);
  out.writeUInt16LE(24, 28);
  return out;
}

function notPictures(jpeg: Buffer, png: Buffer): HostileFile[] {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';
  const entity =
    '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>';
  const random = mulberry32(99);
  const texts = {
    SVG: svg,
    'SVG behind a mark of byte order': `\ufeff${svg}`,
    'SVG behind spaces': `\n\n   ${svg}`,
    'SVG with an external entity': entity,
    'SVG behind a remark': `<!-- hello -->${svg}`,
    HTML: '<!doctype html><title>x</title>',
    XML: '<?xml version="1.0"?><a/>',
    PDF: '%PDF-1.4\n%âãÏÓ\n1 0 obj\n',
    PHP: '<?php echo 1;',
    'ImageMagick script':
      'push graphic-context\nviewbox 0 0 640 480\nfill \'url(https://x/x.jpg"|ls "-la)\'\npop graphic-context',
    PostScript: '%!PS-Adobe-3.0\nsystemdict /setpagedevice undef',
    'Windows link': '[InternetShortcut]\nURL=file:///c:/windows',
    text: 'просто текст',
    JSON: '{"image": true}',
  };
  return [
    { name: 'nothing', bytes: Buffer.alloc(0) },
    ...Object.entries(texts).map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
    { name: 'SVG in UTF-16', bytes: Buffer.from(`\ufeff${svg}`, 'utf16le') },
    { name: 'SVGZ', bytes: gzipSync(svg) },
    { name: 'ZIP', bytes: ZIP },
    { name: 'zeros', bytes: Buffer.alloc(4_096) },
    { name: 'noise', bytes: Buffer.from(Array.from({ length: 4_096 }, () => Math.floor(random() * 256))) },
    { name: 'the head of a JPEG before a PNG', bytes: Buffer.concat([jpeg.subarray(0, 3), png]) },
    { name: 'the head of a PNG before a JPEG', bytes: Buffer.concat([png.subarray(0, 8), jpeg]) },
    { name: 'JPEG of markers without end', bytes: Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(100_000, 0xff)]) },
    {
      name: 'JPEG of empty segments',
      bytes: Buffer.concat([jpeg.subarray(0, 2), Buffer.from('\xff\xe0\x00\x02'.repeat(50_000), 'latin1')]),
    },
    {
      name: 'JPEG of 5,000,000 segments',
      bytes: Buffer.concat([
        jpeg.subarray(0, 2),
        Buffer.alloc(19_000_000, Buffer.from([0xff, 0xe0, 0, 2])),
        jpeg.subarray(2),
      ]),
    },
    {
      name: 'JPEG of 9,000,000 stuffed bytes',
      bytes: Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(18_000_000, Buffer.from([0xff, 0])), jpeg.subarray(-2)]),
    },
    {
      name: 'PNG of 1,600,000 chunks',
      bytes: Buffer.concat([
        png.subarray(0, 33),
        Buffer.alloc(19_200_000, chunk('tEXt', Buffer.alloc(0))),
        png.subarray(33),
      ]),
    },
    {
      name: 'GIF of 9,000,000 blocks of one byte',
      bytes: Buffer.concat([
        Buffer.from('GIF89a\x08\0\x08\0\0\0\0!\xfe', 'latin1'),
        Buffer.alloc(18_000_000, Buffer.from([1, 65])),
      ]),
    },
    {
      name: 'WebP of 2,000,000 chunks',
      bytes: Buffer.concat([
        Buffer.from('RIFF\0\x24\xf4\0WEBP', 'latin1'),
        Buffer.alloc(16_000_000, Buffer.from('JUNK\0\0\0\0')),
      ]),
    },
    {
      name: 'film behind a JPEG',
      bytes: Buffer.concat([jpeg, Buffer.alloc(19_000_000, Buffer.from('frame <scrip '))]),
    },
    {
      name: 'JPEG with a segment of length 0',
      bytes: Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe0, 0, 0]), jpeg.subarray(2)]),
    },
    {
      name: 'PNG with a chunk of 4 GB',
      bytes: Buffer.concat([PNG_MAGIC, Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from('IHDR')]),
    },
    {
      name: 'GIF of blocks without end',
      bytes: Buffer.concat([
        Buffer.from('GIF89a\x08\0\x08\0\0\0\0', 'latin1'),
        Buffer.from('!\xfe\x01a\0'.repeat(20_000), 'latin1'),
      ]),
    },
    { name: 'WebP that says it is longer', bytes: Buffer.from('RIFF\xff\xff\xff\x7fWEBPVP8 \x08\0\0\0', 'latin1') },
    { name: 'WebP of nothing', bytes: Buffer.from('RIFF\x04\0\0\0WEBP', 'latin1') },
    {
      name: 'AVIF of a box without size',
      bytes: Buffer.from('\0\0\0\x18ftypavif\0\0\0\0avifmif1\0\0\0\x01meta\0\0\0\0\0\0\0\x02', 'latin1'),
    },
    { name: 'HEIC', bytes: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1\0\0\0\x08free', 'latin1') },
    {
      name: 'TIFF whose directory points at itself',
      bytes: Buffer.from('II*\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\x08\0\0\0\x08\0\0\0', 'latin1'),
    },
  ];
}
