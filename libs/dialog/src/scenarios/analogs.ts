import type { JsonObject } from '#libs/chats';
import type { LotHit } from '#libs/estates';
import type { Turn } from '../turn.js';
import type { AnalogRequest } from './analog-request.js';
import { lotLine } from './search/lot-card.js';

/** The part of the `analogs` answer the dialog shows. */
export interface AnalogsResult {
  items: { lotId: string; same: string[]; differs: string[] }[];
  total: number;
}

/** Asks for comparable lots; without a station there is nothing to compare by. */
export function startAnalogs(turn: Turn, request: AnalogRequest | undefined): void {
  if (request) turn.startJob('analogs', request as unknown as JsonObject);
  else turn.say('analogs.needStation', {});
}

/** The `analogs` job is back: lots are read from the catalogue, so that what is shown is what is for sale now. */
export async function analogsDone(turn: Turn, result: AnalogsResult): Promise<void> {
  const hits = new Map<string, LotHit>();
  for (const hit of await turn.deps.catalogue.lots(result.items.map((item) => item.lotId))) hits.set(hit.lot.id, hit);
  const lines = result.items.flatMap(({ lotId, same, differs }) => {
    const hit = hits.get(lotId);
    if (!hit) return [];
    const reasons = [
      same.length > 0 ? `похож: ${same.join(', ')}` : '',
      differs.length > 0 ? `отличается: ${differs.join(', ')}` : '',
    ];
    return [`• ${lotLine(hit)}${reasons.some(Boolean) ? ` (${reasons.filter(Boolean).join('; ')})` : ''}`];
  });
  if (lines.length === 0) turn.say('analogs.none', {});
  else turn.say('analogs.found', { lots: lines.join('\n') });
}
