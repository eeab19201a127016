import { describe, expect, it } from 'vitest';
import type { Estate, SearchCriteria, SearchRequest } from '../../types.js';
import type { CatalogueSubject } from './subject.contract.js';

/** Second implementation of the filters, in floating point over the records themselves. */
function matches(estate: Estate, index: number, criteria: SearchCriteria): boolean {
  const lot = estate.lots[index]!;
  const total = Math.round((lot.price * lot.area * 100) / (lot.deal === 'rent' ? 12 : 1)) / 100;
  const place =
    (!criteria.stations && !criteria.districts) ||
    estate.metro.some(({ station }) => criteria.stations?.includes(station)) ||
    (criteria.districts?.includes(estate.district) ?? false);
  return (
    lot.status === 'available' &&
    lot.deal === criteria.deal &&
    estate.kind === criteria.kind &&
    lot.area >= (criteria.areaMin ?? 0) &&
    lot.area <= (criteria.areaMax ?? Number.POSITIVE_INFINITY) &&
    total <= (criteria.budgetMax ?? Number.POSITIVE_INFINITY) &&
    (!criteria.classes || criteria.classes.includes(estate.class)) &&
    (!criteria.fitOut || lot.fitOut === criteria.fitOut) &&
    (criteria.readiness !== 'ready' || estate.readiness === 'ready') &&
    place
  );
}

/** Filters, bounds of money, relaxations, refusals. */
export function describeSearch(subject: CatalogueSubject): void {
  describe('search', () => {
    const cases: SearchCriteria[] = [
      { deal: 'rent', kind: 'office', areaMin: 80, areaMax: 200, budgetMax: 1_500_000 },
      { deal: 'sale', kind: 'retail', classes: ['A', 'B+'], districts: ['ЦАО'] },
      { deal: 'rent', kind: 'office', stations: ['Павелецкая', 'Белорусская'], fitOut: 'ready' },
      { deal: 'sale', kind: 'office', readiness: 'ready', stations: ['Тверская'], districts: ['САО'] },
    ];
    it.each(cases)('finds what a scan of the records finds: %o', async (criteria) => {
      const expected = subject.estates
        .flatMap((estate) => estate.lots.filter((_, index) => matches(estate, index, criteria)).map(({ id }) => id))
        .sort();
      expect(expected.length).toBeGreaterThan(0);
      const { total } = await subject.catalogue.search({ criteria, limit: 1 });
      const { hits } = await subject.catalogue.search({ criteria, limit: 100 });
      expect(total).toBe(expected.length);
      if (total <= 100) expect(hits.map(({ lot }) => lot.id).sort()).toEqual(expected);
      expect(hits.map((hit) => hit.total)).toEqual([...hits.map((hit) => hit.total)].sort((a, b) => a - b));
    });

    it('compares budgets to the kopeck, a month against a year and a total against ₽/m²', async () => {
      const { hits } = await subject.catalogue.search({ criteria: { deal: 'rent', kind: 'office' }, limit: 1 });
      const { lot, total } = hits[0]!;
      const count = async (criteria: Partial<SearchCriteria>) =>
        (await subject.catalogue.search({ criteria: { deal: 'rent', kind: 'office', ...criteria }, limit: 1 })).total;
      expect(await count({ budgetMax: total })).toBe(1);
      expect(await count({ budgetMax: total - 0.01 })).toBe(0);
      const year = Math.round(lot.price * lot.area * 100) / 100;
      expect(await count({ budgetMax: year, budgetPeriod: 'year' })).toBe(1);
      expect(await count({ budgetMax: year - 0.01, budgetPeriod: 'year' })).toBe(0);
      const perYear = await count({ budgetMax: 24_000, budgetPer: 'sqm' });
      expect(perYear).toBeGreaterThan(0);
      expect(await count({ budgetMax: 2_000, budgetPer: 'sqm', budgetPeriod: 'month' })).toBe(perYear);
    });

    it('offers up to three relaxations, each with the count a search by it finds', async () => {
      const criteria: SearchCriteria = {
        deal: 'rent',
        kind: 'office',
        stations: ['Павелецкая'],
        areaMin: 90,
        areaMax: 110,
        budgetMax: 90_000,
      };
      const result = await subject.catalogue.search({ criteria, limit: 5 });
      expect(result.total).toBe(0);
      expect(result.relaxations.length).toBeGreaterThan(0);
      expect(result.relaxations.length).toBeLessThanOrEqual(3);
      for (const relaxation of result.relaxations) {
        expect(relaxation.count).toBeGreaterThan(0);
        expect((await subject.catalogue.search({ criteria: relaxation.criteria, limit: 1 })).total).toBe(
          relaxation.count,
        );
      }
    });

    it('accepts a station with a typo and refuses an unknown one with the closest names', async () => {
      const search = (station: string) =>
        subject.catalogue.search({ criteria: { deal: 'rent', kind: 'office', stations: [station] }, limit: 1 });
      expect((await search('м. Павелецкя')).total).toBe((await search('Павелецкая')).total);
      await expect(search('Бирюлёвская')).rejects.toMatchObject({ code: 'UNKNOWN_STATION' });
    });

    it.each([
      [{ criteria: { deal: 'rent', kind: 'castle' }, limit: 1 }, 'criteria.kind'],
      [{ criteria: { deal: 'rent', kind: 'office', areaMin: Number.NaN }, limit: 1 }, 'criteria.areaMin'],
      [{ criteria: { deal: 'rent', kind: 'office' }, limit: 1_000 }, 'limit'],
      [{ criteria: { deal: 'rent', kind: 'office', readiness: "' or 1=1" }, limit: 1 }, 'criteria.readiness'],
    ])('refuses %o naming the field', async (request, field) => {
      await expect(subject.catalogue.search(request as unknown as SearchRequest)).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        details: { field },
      });
    });
  });
}
