import { describe, expect, it } from 'vitest';
import { inspectFile, safeFileName } from './file-inspection.js';

describe('inspectFile', () => {
  it('believes bytes, not claims', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
    expect(await inspectFile(png)).toEqual({ contentType: 'image/png', extension: 'png' });
    expect(await inspectFile(Buffer.from('%PDF-1.7\n1 0 obj'))).toEqual({
      contentType: 'application/pdf',
      extension: 'pdf',
    });
    expect(await inspectFile(Buffer.from('<html><script>alert(1)</script></html>'))).toBeUndefined();
    expect(await inspectFile(Buffer.from('MZ\u0090\u0000'))).toBeUndefined();
    expect(await inspectFile(Buffer.alloc(0))).toBeUndefined();
  });
});

describe('safeFileName', () => {
  it.each([
    ['план этажа.PDF', 'pdf', 'план этажа.pdf'],
    ['../../etc/passwd', 'pdf', 'passwd.pdf'],
    ['C:\\temp\\a.jpeg', 'jpg', 'a.jpeg'],
    ['a\u202egnp.exe', 'png', 'agnp.png'],
    ['', 'png', 'file.png'],
    ['..', 'png', 'file.png'],
    ['я'.repeat(300), 'png', `${'я'.repeat(110)}.png`],
  ])('%j', (name, extension, expected) => expect(safeFileName(name, extension)).toBe(expected));
});
