import type { Understanding } from '#libs/nlu';
import type { Turn } from './turn.js';

/** Facts of premises; several at once are a request however it is worded. */
const FACTS = [
  'deal',
  'kind',
  'stations',
  'districts',
  'areaMin',
  'areaMax',
  'budgetMin',
  'budgetMax',
  'fitOut',
  'classes',
] as const;
const REQUEST_FACTS = 4;

/** «Есть ли у вас офисы у Белорусской, 200–300 м², в аренду?» asks for premises, not about the company. */
export function isRequest(reading: Understanding): boolean {
  return FACTS.filter((slot) => reading.slots[slot] !== undefined).length >= REQUEST_FACTS;
}

/** A question that is not an answer to ours: about the company, the market, or simply with a question mark. */
export function isSideQuestion(text: string, reading: Understanding): boolean {
  if (isRequest(reading)) return false;
  return reading.intent === 'about' || reading.intent === 'market' || /\?\s*$/u.test(text.trim());
}

/** Answers from the knowledge base with its source; false = it has no answer and nothing was said. */
export async function answerFromKnowledge(turn: Turn, text: string, reading: Understanding): Promise<boolean> {
  const topic = reading.intent === 'about' || reading.intent === 'market' ? reading.intent : undefined;
  const answer = await turn.deps.knowledge.answer(text, topic);
  if (!answer.found) return false;
  turn.say('side.answer', { answer: answer.text, source: sourceLine(answer.sources) });
  return true;
}

/** «Обзор рынка, 2026-09-01»: title and date of the first source. */
export function sourceLine(sources: readonly { title: string; published: string | null }[]): string {
  const first = sources[0];
  if (!first) return 'материалы компании';
  return first.published ? `${first.title}, ${first.published}` : first.title;
}
