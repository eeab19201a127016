import type { FormSlots } from '../state.js';
import { CLASSES, DEAL_WORDS, FIT_OUT_WORDS, KIND_WORDS, MODEL_WORDS, PURPOSE_WORDS } from '../vocabulary.js';

/** What `scenario.set:<slot>=<value>` may set; a value outside these lists is an unknown button, never an answer. */
const SETTABLE: Record<string, (value: string) => FormSlots | undefined> = {
  deal: oneOf('deal', Object.keys(DEAL_WORDS)),
  purpose: oneOf('purpose', Object.keys(PURPOSE_WORDS)),
  kind: oneOf('kind', Object.keys(KIND_WORDS)),
  fitOut: oneOf('fitOut', Object.keys(FIT_OUT_WORDS)),
  model: oneOf('model', Object.keys(MODEL_WORDS)),
  class: (value) => {
    const found = CLASSES.find((name) => name === value);
    return found ? { classes: [found] } : undefined;
  },
  readiness: oneOf('readiness', ['ready']),
  vat: (value) => (['0', '5', '7'].includes(value) ? { vatPercent: Number(value) } : undefined),
  walk: (value) => (/^\d{2,4}$/.test(value) ? { walkMeters: Number(value) } : undefined),
};

function oneOf<K extends keyof FormSlots>(slot: K, allowed: readonly string[]) {
  return (value: string): FormSlots | undefined => (allowed.includes(value) ? { [slot]: value } : undefined);
}

/** Reads `deal=rent`; undefined when the slot or the value is not ours. */
export function parseSetArgument(argument: string | undefined): FormSlots | undefined {
  const [slot = '', value = ''] = (argument ?? '').split('=');
  return SETTABLE[slot]?.(value);
}
