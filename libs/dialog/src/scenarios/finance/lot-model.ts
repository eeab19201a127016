import type { LotHit } from '#libs/estates';
import type { FinanceModelRequest } from '#libs/finance';

/** VAT of a buyer on the simplified system unless the client says otherwise, %. */
const DEFAULT_VAT_PERCENT = 5;

/** The investment model of a lot for sale; undefined when its data do not suffice (a warehouse, a shop without МАП, no metro). */
export function modelRequestForLot({ lot, estate }: LotHit): FinanceModelRequest | undefined {
  if (lot.deal !== 'sale' || estate.kind === 'warehouse') return undefined;
  const isReady = estate.readiness === 'ready';
  const metro = estate.metro[0];
  const base = {
    area: lot.area,
    pricePerM2: lot.price,
    fitOut: lot.fitOut,
    class: estate.class,
    vatPercent: DEFAULT_VAT_PERCENT,
    ...(metro ? { station: metro.station, walkMeters: metro.walkMeters } : {}),
    ...(isReady ? {} : { readiness: estate.readiness }),
  };
  if (estate.kind === 'office')
    return metro ? { ...base, model: isReady ? 'office-ready' : 'office-construction' } : undefined;
  if (lot.monthlyRent === undefined) return undefined;
  return { ...base, model: isReady ? 'retail-ready' : 'retail-construction', monthlyRent: lot.monthlyRent };
}
