import { describe, expect, it } from 'vitest';
import { AnalogIndex } from '../../analogs/analog-index.js';
import { runAnalogs } from '../../analogs/analogs.js';
import { runValuation } from '../../valuation/valuation.js';
import type { CatalogueSubject } from './subject.contract.js';

/** Valuation and analogs over the store. */
export function describeServices(subject: CatalogueSubject): void {
  describe('services', () => {
    it('values by coefficients and by analogs, with at most two lots of a building', async () => {
      const { snapshot } = await AnalogIndex.open(subject.catalogue);
      const result = await runValuation(
        { catalogue: subject.catalogue, snapshot },
        { kind: 'office', deal: 'rent', class: 'B', station: 'Павелецкая', walkMeters: 400, area: 120 },
      );
      expect(result.snapshotVersion).toBe(snapshot.version);
      if ('refused' in result.byAnalogs) throw new Error(result.byAnalogs.refused);
      const { low, pricePerM2, high, analogs } = result.byAnalogs;
      expect(low).toBeLessThanOrEqual(pricePerM2);
      expect(pricePerM2).toBeLessThanOrEqual(high);
      const buildings = analogs.map(({ lotId }) => lotId.split('-')[0]!);
      for (const building of buildings)
        expect(buildings.filter((other) => other === building).length).toBeLessThanOrEqual(2);
      for (const analog of analogs) {
        const product = Object.values(analog.adjustments).reduce((value, factor) => value * factor, analog.pricePerM2);
        expect(analog.adjusted).toBeCloseTo(product, 2);
      }
    });

    it('gives no figure below three analogs, and the reason', async () => {
      const { snapshot } = await AnalogIndex.open(subject.catalogue);
      const { byAnalogs } = await runValuation(
        { catalogue: subject.catalogue, snapshot },
        { kind: 'retail', deal: 'sale', class: 'A', station: 'Физтех', walkMeters: 400, area: 90_000 },
      );
      expect(byAnalogs).toEqual({ refused: expect.stringContaining('нужно не меньше 3') });
    });

    it('says in Russian what is alike and what differs', async () => {
      const { snapshot } = await AnalogIndex.open(subject.catalogue);
      const { items, total } = await runAnalogs(
        { catalogue: subject.catalogue, snapshot },
        {
          deal: 'rent',
          kind: 'office',
          k: 5,
          subject: { station: 'Тверская', area: 100, class: 'A', walkMeters: 300 },
        },
      );
      expect(items).toHaveLength(5);
      expect(total).toBeGreaterThan(100);
      expect(items.map(({ score }) => score)).toEqual(items.map(({ score }) => score).sort((a, b) => a - b));
      for (const item of items) {
        expect(item.same.length + item.differs.length).toBe(4);
        expect(item.lot.estate.class === 'A').toBe(item.same.includes('тот же класс A'));
      }
    });
  });
}
