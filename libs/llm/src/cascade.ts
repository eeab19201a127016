import { resolveStation, type Slots, type Understanding, type UnderstandingContext, understand } from '#libs/nlu';
import type { LlmGateway } from './gateway.js';
import { looksLikeInjection } from './injection.js';
import { type ModelUnderstanding, UNDERSTANDING_PROMPT, UNDERSTANDING_SCHEMA } from './understanding-schema.js';

/** Longest text sent to a model; a longer one was not written as an answer to a question. */
const MODEL_TEXT_LIMIT = 1_500;

/**
 * Understanding as a cascade: rules first; the model only when they abstain, and its answer comes back in the same type,
 * stripped of everything the client's own text does not support. Without a gateway, or when the model fails in any way,
 * the rules' reading stands and the dialog asks a clarifying question.
 */
export class CascadeUnderstander {
  constructor(private readonly gateway: LlmGateway | null) {}

  async understand(text: string, context: UnderstandingContext = {}): Promise<Understanding> {
    const byRules = understand(text, context);
    if (!this.gateway || !rulesAbstain(byRules, context) || looksLikeInjection(text)) return byRules;
    const outcome = await this.gateway.structured<ModelUnderstanding>({
      purpose: 'understand',
      schemaName: 'understanding',
      schema: UNDERSTANDING_SCHEMA,
      messages: [
        ['system', UNDERSTANDING_PROMPT],
        ['human', JSON.stringify({ question: context.expects ?? null, text: text.slice(0, MODEL_TEXT_LIMIT) })],
      ],
    });
    return outcome.ok ? merge(byRules, outcome.value) : byRules;
  }
}

/** Rules abstain when they found nothing at all in a text that says something: no intent, no slot, no yes or no. */
export function rulesAbstain(reading: Understanding, context: UnderstandingContext): boolean {
  if (!/\p{L}{2}/u.test(reading.text)) return false;
  if (Object.keys(reading.slots).length > 0 || reading.back !== 'none' || reading.ambiguities.length > 0) return false;
  if (context.expects === 'confirmation') return reading.agreement === 'unclear' && reading.intent === 'other';
  return reading.intent === 'other' && reading.agreement === 'unclear';
}

const FIGURE_SLOTS = ['areaMin', 'areaMax', 'budgetMin', 'budgetMax'] as const;
const WORD_SLOTS = [
  'deal',
  'purpose',
  'kind',
  'anyPlace',
  'budgetPer',
  'budgetPeriod',
  'anyBudget',
  'classes',
  'fitOut',
  'readiness',
  'districts',
] as const;

/** Takes from the model only what the rules left open, and figures and names only when they stand in the client's text. */
function merge(rules: Understanding, model: ModelUnderstanding): Understanding {
  const slots: Record<string, unknown> = {};
  for (const slot of WORD_SLOTS) {
    const value = model[slot];
    if (value !== null && value !== false) slots[slot] = value;
  }
  const stated = new Set(rules.numbers.map((mention) => mention.value));
  for (const slot of FIGURE_SLOTS) {
    const value = model[slot];
    if (value !== null && stated.has(value)) slots[slot] = value;
  }
  const stations = (model.stations ?? []).map((name) => resolveStation(name)).filter((name) => name !== undefined);
  if (stations.length > 0) slots.stations = stations;
  if (model.name && rules.text.toLowerCase().includes(model.name.toLowerCase())) slots.name = model.name;
  return {
    ...rules,
    agreement: rules.agreement === 'unclear' ? model.agreement : rules.agreement,
    back: rules.back === 'none' ? model.back : rules.back,
    // A model may not throw a conversation away: a restart is only ever said plainly, and then the rules hear it.
    intent: rules.intent === 'other' && model.intent !== 'restart' ? model.intent : rules.intent,
    slots: { ...(slots as Slots), ...rules.slots },
  };
}
