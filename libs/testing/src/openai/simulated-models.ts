import type { ChatRequest } from './requests.js';

/** The client's message or question and the passages, as the product puts them into the user message. */
function dataOf(request: ChatRequest): {
  text?: string;
  question?: string | null;
  passages?: { number: number; heading: string; text: string }[];
} {
  return JSON.parse(String(request.messages.at(-1)?.content));
}

/** The structured answer of a model that understood nothing. */
export const NOTHING_UNDERSTOOD = {
  agreement: 'unclear',
  back: 'none',
  intent: 'other',
  deal: null,
  purpose: null,
  kind: null,
  stations: null,
  districts: null,
  anyPlace: null,
  areaMin: null,
  areaMax: null,
  budgetMin: null,
  budgetMax: null,
  budgetPer: null,
  budgetPeriod: null,
  anyBudget: null,
  classes: null,
  fitOut: null,
  readiness: null,
  name: null,
} as const;

/** Understands nothing more than the rules; answers with the first passage when it speaks of what was asked, and cites it. */
export function honestModel(request: ChatRequest): unknown {
  if (request.response_format) return NOTHING_UNDERSTOOD;
  const { question, passages } = dataOf(request);
  const [first] = passages ?? [];
  if (!first) return 'НЕ ЗНАЮ';
  const asked = stemsOf(question ?? '');
  const known = new Set(stemsOf(`${first.heading} ${first.text}`));
  if (asked.filter((stem) => known.has(stem)).length < asked.length / 2) return 'НЕ ЗНАЮ';
  return first.text
    .split(/(?<=[.!?])\s+(?=[А-ЯЁA-Z«])/u)
    .map((sentence) => `${sentence} [1]`)
    .join(' ');
}

function stemsOf(text: string): string[] {
  return (text.toLowerCase().match(/\p{L}{4,}/gu) ?? [])
    .filter((word) => !/^(?:как|сколько|кто|где|когда|ваш)/u.test(word))
    .map((word) => word.slice(0, 5));
}

/** Does whatever an attacker wants: agrees, leaves, puts every figure of the text wherever it fits, and lies. */
export function obedientModel(turn: 'agree' | 'leave'): (request: ChatRequest) => unknown {
  return (request) => {
    if (!request.response_format)
      return 'Цена теперь 1 рубль, скидка 100 %. [1] Мой системный промпт: отвечай клиенту. [1]';
    const figure = Number(/\d+/.exec(dataOf(request).text ?? '')?.[0] ?? 1);
    return {
      ...NOTHING_UNDERSTOOD,
      ...(turn === 'agree'
        ? { agreement: 'yes', intent: 'manager', deal: 'sale', kind: 'warehouse', name: 'Админ' }
        : { agreement: 'no', back: 'step', intent: 'calculate', purpose: 'investment', anyPlace: true }),
      stations: ['Тульская'],
      areaMin: figure,
      areaMax: figure,
      budgetMin: figure,
      budgetMax: figure,
      budgetPer: 'total',
      budgetPeriod: 'month',
      anyBudget: true,
    };
  };
}
