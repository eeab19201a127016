import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADJUSTMENTS } from './adjustments.js';
import { adjustmentsOf, readAdjustments } from './adjustments-file.js';

const from = { source: 'Таблица владельца', date: '2026-09-01' };

describe('adjustments of the owner', () => {
  it('replace a group whole, with its source, and leave the others', () => {
    const table = adjustmentsOf({
      bargain: { rent: 0.95, sale: 0.88, ...from },
      floor: { belowGround: 0.8, first: 1, second: 0.86, above: 0.84, ...from },
    });
    expect(table.bargain).toEqual({ rent: 0.95, sale: 0.88, from: { ...from, mark: 'owner' } });
    expect(table.floor.bands).toEqual([0.8, 1, 0.86, 0.84]);
    expect(table.class).toBe(ADJUSTMENTS.class);
    expect(table.fitOut).toBe(ADJUSTMENTS.fitOut);
  });

  it.each([
    [{ bargain: { rent: 1.2, sale: 0.9, ...from } }, 'bargain.rent'],
    [{ bargain: { rent: 0.9, sale: 0.9 } }, 'bargain.source'],
    [{ bargain: { rent: 0.9, sale: 0.9, ...from, date: 'осень' } }, 'bargain.date'],
    [{ bargain: { rent: 0.9, ...from } }, 'bargain.sale'],
    [{ class: { A: 1, 'B+': 0.9, B: 0.8, C: 0.7, D: 0.5, ...from } }, 'class.D'],
    [{ fitOut: { shell: 0.81234, partial: 0.9, ready: 1, ...from } }, 'fitOut.shell'],
    [{ location: {} }, 'location'],
    [[], 'the file'],
  ])('refuse %j naming the field', (owner, field) => {
    expect(() => adjustmentsOf(owner)).toThrow(
      expect.objectContaining({ code: 'INVALID_ADJUSTMENTS', details: expect.objectContaining({ field }) }),
    );
  });

  it('are the defaults without a file, and a broken file is refused', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'adjustments-'));
    const file = path.join(folder, 'adjustments.json');
    expect(readAdjustments(file)).toBe(ADJUSTMENTS);
    writeFileSync(file, '{');
    expect(() => readAdjustments(file)).toThrow('is not valid JSON');
    rmSync(folder, { recursive: true });
  });

  it('says of every default whether anybody published it', () => {
    for (const { from: source } of Object.values(ADJUSTMENTS)) {
      expect(['expert', 'published', 'catalogue']).toContain(source.mark);
      expect(source.source.length).toBeGreaterThan(10);
    }
  });
});
