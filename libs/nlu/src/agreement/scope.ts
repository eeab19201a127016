import type { Item } from './answer-items.js';

type Polarity = 1 | -1 | 0;

/** The sign of an answer: consent, refusal or neither. */
export function polarityOf(role: Item['role']): Polarity {
  if (role === 'yes' || role === 'fits' || role === 'go') return 1;
  if (role === 'no' || role === 'misfits') return -1;
  return 0;
}

/** «нужен другой район», «давайте другой вариант»: a word of consent that only opens a request. */
export function opensRequest(item: Item, items: readonly Item[]): boolean {
  if (item.role !== 'go') return false;
  const next = items.slice(items.indexOf(item) + 1).find(({ role }) => role !== 'filler');
  return next?.role === 'content' && !next.afterPause && items.some(({ role }) => role === 'no' || role === 'misfits');
}

/** «давай, не тяни»: the particle belongs to the word after it and answers nothing. */
export function negatesNext(item: Item, items: readonly Item[]): boolean {
  if (item.phrase !== 'не') return false;
  const next = items[items.indexOf(item) + 1];
  return next?.role === 'content' && !next.afterPause;
}

/** «подходит», «не согласен»: says something of a thing and may follow its name. */
export const asserting = ({ role, phrase }: Item): boolean =>
  role === 'fits' ||
  role === 'misfits' ||
  (role === 'no' &&
    /(?:^| )не (?:[а-я]{4}|т[оае]|тот|так)|отказ|откаж|отклон|забрак|зарубил|^против|неверн|неправильн/.test(phrase)) ||
  (role === 'yes' &&
    /^(?:меня |нас )?все [а-я]|^(?:бер|возьм|забир|оформля)|(?:возражений|замечаний|вопросов|претензий|ошибок|правок) нет$/.test(
      phrase,
    ));

const REFUSES = /(?:^| )не |^нельзя|^отказ/;
const joins = ({ role }: Item): boolean => role === 'filler' || role === 'go';

/** «не нужно присылать», «звонить не надо»: what is refused is no consent. */
export function isRefused(item: Item, items: readonly Item[]): boolean {
  if (item.role !== 'go') return false;
  const refuses = (other: Item | undefined): boolean =>
    other?.role === 'misfits' || (other?.role === 'no' && REFUSES.test(other.phrase));
  const at = items.indexOf(item);
  for (let i = at; i > 0 && !items[i]?.afterPause; i--) {
    const previous = items[i - 1];
    if (refuses(previous)) return true;
    if (!previous || !joins(previous)) break;
  }
  if (!/(?:ть|ти|чь)$/.test(item.phrase)) return false;
  for (let i = at + 1; i < items.length && !items[i]?.afterPause; i++) {
    const following = items[i];
    if (refuses(following)) return true;
    if (!following || !joins(following)) break;
  }
  return false;
}

/** «не лишнее»: a denial of a denial that is no stock answer is left open. */
export const deniesDenial = (item: Item, items: readonly Item[]): boolean => {
  const next = items[items.indexOf(item) + 1];
  return (
    item.phrase === 'не' &&
    next !== undefined &&
    !next.afterPause &&
    polarityOf(next.role) === -1 &&
    next.phrase !== 'не'
  );
};
