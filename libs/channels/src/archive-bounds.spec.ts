import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isArchiveWithinBounds } from './archive-bounds.js';
import { inspectFile } from './file-inspection.js';

interface Part {
  name: string;
  content: Buffer;
  /** What the directory says of the size; the truth when absent. */
  claimed?: number;
  /** Index of the part whose packed bytes this one uses. */
  sharedWith?: number;
}

/** A ZIP archive of these parts. */
function archive(parts: readonly Part[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const { name, content, claimed, sharedWith } of parts) {
    const packed = deflateRawSync(content);
    const title = Buffer.from(name);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(8, 4);
    header.writeUInt32LE(typeof crc32 === 'function' ? crc32(content) : 0, 10);
    header.writeUInt32LE(packed.length, 14);
    header.writeUInt32LE(claimed ?? content.length, 18);
    header.writeUInt16LE(title.length, 22);
    offsets.push(sharedWith === undefined ? at : (offsets[sharedWith] ?? 0));
    if (sharedWith === undefined) {
      locals.push(Buffer.from('PK\u0003\u0004'), header, title, packed);
      at += 30 + title.length + packed.length;
    }
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offsets.at(-1) ?? 0, 10);
    directory.push(Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), header, rest, title);
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, listed, end]);
}

const TYPES = Buffer.from(
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
);
const workbook = (...parts: Part[]): Buffer => archive([{ name: '[Content_Types].xml', content: TYPES }, ...parts]);
const sheet = (size: number): Part => ({
  name: 'xl/worksheets/sheet1.xml',
  content: Buffer.from('<c r="A1"><v>12345</v></c>'.repeat(Math.ceil(size / 26)).slice(0, size)),
});

describe('isArchiveWithinBounds', () => {
  it('lets an ordinary document through', async () => {
    const varied = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7_919) % 251));
    const document = workbook({ name: 'xl/media/image1.png', content: varied });
    expect(isArchiveWithinBounds(document)).toBe(true);
    expect(await inspectFile(document)).toEqual({
      contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      extension: 'xlsx',
    });
  });

  it.each<[string, Buffer]>([
    ['a part that unpacks a thousandfold', workbook({ name: 'xl/sheet.xml', content: Buffer.alloc(5_000_000) })],
    [
      'parts of 300 MB together',
      workbook({ ...sheet(1_000), claimed: 150_000_000 }, { ...sheet(1_000), claimed: 150_000_000 }),
    ],
    ['parts that share one packed stretch', workbook(sheet(50_000), { ...sheet(50_000), sharedWith: 1 })],
    [
      'too many parts',
      workbook(...Array.from({ length: 5_001 }, (_, i) => ({ name: `p${i}`, content: Buffer.alloc(1) }))),
    ],
    ['zip64', workbook({ ...sheet(10), claimed: 0xffffffff })],
    ['a directory cut off', workbook(sheet(1_000)).subarray(0, -30)],
  ])('refuses %s', async (_name, document) => {
    expect(isArchiveWithinBounds(document)).toBe(false);
    expect(await inspectFile(document)).toBeUndefined();
  });
});
