import type { Agreement } from '../types.js';
import { inRussian } from '../utterance/keyboard.js';
import { readUtterance, type Utterance } from '../utterance/utterance.js';
import { LONGEST_PHRASE, ROLES, type Role, startsPhrase } from './lexicon.js';

interface Item {
  role: Role | 'content';
  phrase: string;
  afterPause: boolean;
}

/** Cuts the utterance into the longest known phrases; everything else is content. */
function itemsOf(utterance: Utterance): Item[] {
  const { words } = utterance;
  const items: Item[] = [];
  for (let i = 0; i < words.length; ) {
    const first = words[i];
    if (!first) break;
    let taken = 1;
    let role: Role | 'content' = 'content';
    let phrase = first.form;
    if (startsPhrase(first.form)) {
      let candidate = '';
      for (let n = 1; n <= LONGEST_PHRASE && i + n <= words.length; n++) {
        const word = words[i + n - 1];
        if (!word) break;
        // «нет, ошибок нет»: the pause keeps the two answers apart.
        if (n === 2 && word.afterPause && first.form === 'нет' && word.form !== 'нет') break;
        candidate = n === 1 ? word.form : `${candidate} ${word.form}`;
        const found = ROLES.get(candidate);
        if (found) {
          role = found;
          taken = n;
          phrase = candidate;
        }
      }
    }
    items.push({ role, phrase, afterPause: first.afterPause });
    i += taken;
  }
  return items;
}

/** «нужен другой район», «давайте другой вариант»: a word of consent that only opens a request. */
function opensRequest(item: Item, items: readonly Item[]): boolean {
  if (item.role !== 'go') return false;
  const next = items.slice(items.indexOf(item) + 1).find(({ role }) => role !== 'filler');
  return next?.role === 'content' && !next.afterPause && items.some(({ role }) => role === 'no' || role === 'misfits');
}

/** «давай, не тяни»: the particle belongs to the word after it and answers nothing. */
function negatesNext(item: Item, items: readonly Item[]): boolean {
  if (item.phrase !== 'не') return false;
  const next = items[items.indexOf(item) + 1];
  return next?.role === 'content' && !next.afterPause;
}

/** «подходит», «не согласен»: says something of a thing and may follow its name. */
const asserting = ({ role, phrase }: Item): boolean =>
  role === 'fits' || role === 'misfits' || (role === 'no' && /^не [а-я]{4}/.test(phrase));

type Polarity = 1 | -1 | 0;

function polarityOf(role: Item['role']): Polarity {
  if (role === 'yes' || role === 'fits' || role === 'go') return 1;
  if (role === 'no' || role === 'misfits') return -1;
  return 0;
}

/** Questions that are answers: «почему бы и нет?», «кто же против?». */
const RHETORICAL = /^(?:а )?(?:почему|отчего|чего|как отказаться|кто|разве|куда деваться)(?: |$)/;
const BARE_NO = new Set(['нет', 'нет нет', 'не', 'неа', 'нет же', 'да нет же', 'не не', 'ну нет']);
/** What turns «нет, …» into a yes: the client denies that anything is wrong. */
const NOTHING_WRONG =
  /^(?:все |меня все|нас все|мне все|нам все|исправлять нечего|нечего исправ|верно|правильно|согласен|согласна|согласны|не против|не возража|ошибок нет|ничего (?:не )?меня|менять|не надо (?:ничего )?менять|не нужно (?:ничего )?менять|исправлений нет|изменений нет|замечаний нет|без изменений|именно так|так и есть|вы не ошиблись|не ошиб)/;

/** «нет, всё верно» is a yes, «да нет» a no, «нет, конечно» a no; every other clash of signs stays unclear. */
function resolveClash(polar: readonly Item[], items: readonly Item[]): Agreement {
  const [first, second, ...rest] = polar;
  if (!first || !second) return 'unclear';
  const between = items.slice(items.indexOf(first) + 1, items.indexOf(second) + 1);
  const adjacent = between.every((item) => (item === second || item.role === 'filler') && !item.afterPause);
  if (BARE_NO.has(first.phrase) && NOTHING_WRONG.test(second.phrase)) {
    return rest.every((item) => polarityOf(item.role) === 1) ? 'yes' : 'unclear';
  }
  const particle = first.phrase === 'да' || first.phrase === 'ну да' || first.phrase === 'так';
  if (particle && polarityOf(second.role) === -1 && adjacent) {
    if (rest.every((item) => polarityOf(item.role) === -1)) return 'no';
    const third = rest[0];
    if (BARE_NO.has(second.phrase) && third && NOTHING_WRONG.test(third.phrase)) {
      return rest.every((item) => polarityOf(item.role) === 1) ? 'yes' : 'unclear';
    }
  }
  return 'unclear';
}

function judge(items: readonly Item[], utterance: Utterance): Agreement {
  const reservation = items.findIndex((item) => item.role === 'but');
  const before = reservation > 0 ? items.slice(0, reservation) : items;
  const after = reservation > 0 ? items.slice(reservation + 1) : [];
  if (reservation === 0) return 'unclear';

  const said = before.filter((item) => item.role !== 'filler');
  if (said.length === 0 || said.some((item) => item.role === 'unsure')) return 'unclear';
  const polar = said.filter(
    (item) => polarityOf(item.role) !== 0 && !opensRequest(item, before) && !negatesNext(item, before),
  );
  const content = said.filter((item) => item.role === 'content' || item.role === 'question').length;
  const first = said.find((item) => item.role !== 'hedge');

  // An intensifier alone is a yes; beside «нет» it strengthens the no.
  if (polar.length === 0) {
    const alone = said.every((item) => item.role === 'intensifier' || item.phrase === 'пожалуй');
    const leads = said[0]?.role === 'intensifier' && said[1]?.afterPause === true && content <= 4;
    return (alone || leads) && !utterance.question ? 'yes' : 'unclear';
  }
  const lead = polar[0];
  if (!lead || !first) return 'unclear';
  const leads = lead === first || (first.role === 'intensifier' && said.indexOf(lead) === 1);
  const next = said[said.indexOf(lead) + 1];
  const pauseAfterLead = items[items.indexOf(lead) + 1]?.afterPause === true;

  if (said.some((item) => item.role === 'question')) {
    // «да, а сколько до метро?» answers and asks; «да сколько можно» only asks.
    const asked = said.findIndex((item) => item.role === 'question');
    if (!leads || asked <= said.indexOf(lead) || !items.slice(items.indexOf(lead) + 1).some((item) => item.afterPause))
      return 'unclear';
    if (next?.role === 'question' && !pauseAfterLead) return 'unclear';
  }
  if (utterance.question && !RHETORICAL.test(lead.phrase) && (content === 0 || !leads || !pauseAfterLead))
    return 'unclear';

  if (content > 0) {
    const asserts = polar.some(asserting);
    // «слишком дорого, нет»: a refusal put last, after its reason.
    const closing = polar.length === 1 && lead.afterPause && lead === items.at(-1) && BARE_NO.has(lead.phrase);
    if (closing && content <= 4 && !utterance.question) return 'no';
    // «нет воды» is about water.
    if (
      leads &&
      lead.phrase === 'нет' &&
      polar.length === 1 &&
      next?.role === 'content' &&
      !pauseAfterLead &&
      content <= 2
    )
      return 'unclear';
    if (!leads && !(asserts && content <= 3 && polar.every(asserting))) return 'unclear';
    if (leads && lead.role === 'go' && !(next?.afterPause && content <= 6)) return 'unclear';
    // «не 100», «не Павелецкую»: the particle belongs to what follows.
    if (leads && lead.phrase === 'не' && next?.role === 'content' && !next.afterPause) return 'unclear';
    if (leads && (lead.phrase === 'есть' || lead.phrase === 'так' || lead.phrase === 'за' || lead.phrase === 'никак'))
      return 'unclear';
    if (leads && lead.role === 'no' && lead.phrase === 'против' && !next?.afterPause) return 'unclear';
  }

  const signs = new Set(polar.map((item) => polarityOf(item.role)));
  const answer: Agreement = signs.size > 1 ? resolveClash(polar, before) : signs.has(1) ? 'yes' : 'no';
  if (answer === 'unclear' || after.length === 0) return answer;
  // «да, но нет»: the reservation takes the answer back.
  const opposite = answer === 'yes' ? -1 : 1;
  const takenBack = after.some((item) => item.role === 'unsure' || polarityOf(item.role) === opposite);
  return takenBack && answer === 'yes' ? 'unclear' : answer;
}

/**
 * Reads consent or refusal from an answer to a yes/no question. Anything doubtful, sarcastic, questioning or off the point is
 * `unclear`: a yes must never be read as a no, nor the reverse.
 */
export function readAgreement(input: string | Utterance): Agreement {
  const original = typeof input === 'string' ? readUtterance(input) : input;
  const trimmed = original.text.trim().replace(/[.)!]+$/, '');
  if (trimmed === '1') return 'yes';
  if (trimmed === '0' || trimmed === '2') return trimmed === '0' ? 'no' : 'unclear';
  const utterance = inRussian(original, (form) => startsPhrase(form) || ROLES.has(form));
  if (utterance.words.length === 0 || utterance.words.length > 40) return 'unclear';
  return judge(itemsOf(utterance), utterance);
}
