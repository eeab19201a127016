import { type Understanding, type UnderstandingContext, understand } from '#libs/nlu';
import type { LlmGateway } from './gateway.js';
import { admit } from './model-admission.js';
import { isPlainSpeech } from './plain-speech.js';
import { type ModelUnderstanding, UNDERSTANDING_PROMPT, UNDERSTANDING_SCHEMA } from './understanding-schema.js';

/**
 * Understanding as a cascade: rules first; the model only when they abstain on ordinary speech, and its answer comes back
 * in the same type, cut down to what `admit` lets through. Without a gateway, or when the model fails in any way, the rules'
 * reading stands and the dialog asks a clarifying question.
 */
export class CascadeUnderstander {
  constructor(private readonly gateway: LlmGateway | null) {}

  /** `signal`: time the turn shares among its model calls; when it is over the rules' reading stands. */
  async understand(text: string, context: UnderstandingContext = {}, signal?: AbortSignal): Promise<Understanding> {
    const byRules = understand(text, context);
    if (!this.gateway || !rulesAbstain(byRules, context) || !isPlainSpeech(text)) return byRules;
    const outcome = await this.gateway.structured<ModelUnderstanding>({
      purpose: 'understand',
      schemaName: 'understanding',
      schema: UNDERSTANDING_SCHEMA,
      signal,
      messages: [
        ['system', UNDERSTANDING_PROMPT],
        ['human', JSON.stringify({ question: context.expects ?? null, text })],
      ],
    });
    return outcome.ok ? admit(byRules, outcome.value, context) : byRules;
  }
}

/**
 * Rules abstain when they found nothing in a text that says something: no intent, no slot, no yes or no. What they found to
 * be ambiguous is asked, never handed to a model.
 */
export function rulesAbstain(reading: Understanding, context: UnderstandingContext): boolean {
  if (!/\p{L}{2}/u.test(reading.text)) return false;
  if (Object.keys(reading.slots).length > 0 || reading.back !== 'none' || reading.ambiguities.length > 0) return false;
  // A yes to a question that is not a confirmation answers nothing: «да» after «какая площадь?» is still to be understood.
  if (context.expects !== undefined && context.expects !== 'confirmation') return reading.intent === 'other';
  return reading.intent === 'other' && reading.agreement === 'unclear';
}
