import type { Quantity } from '../types.js';

/** «не 100, а 150», «вместо 100»: the figure is the one being replaced. */
export function isReplaced(folded: string, quantity: Quantity, next: Quantity | undefined): boolean {
  const before = folded.slice(Math.max(0, quantity.start - 16), quantity.start);
  if (/(?:^|[^а-я])вместо\s+(?:[а-я]+ )?$/.test(before)) return next !== undefined;
  // «сто метров будет мало, давайте двести»
  if (
    next !== undefined &&
    /^ (?:это )?(?:будет |уже )?(?:мало|маловато|много|многовато|недостаточно)(?![а-я])/.test(
      folded.slice(quantity.end),
    )
  )
    return true;
  // «было 100 метров, стало 130»
  const was = /(?:^|[^а-я])(?:был[оаи]?|стоит|стояло|записано|указано|указал[аи]?|написал[аи]?)\s+$/.test(before);
  if (was && next !== undefined)
    return /^[^\d]{0,24}(?:[^а-я])(?:стало|а надо|надо|должно быть|а нужно|теперь)\s/.test(
      folded.slice(quantity.end, next.start),
    );
  if (!/(?:^|[^а-я])не\s+(?:до |от |около |за )?$/.test(before) || next === undefined) {
    return /(?:^|[^а-я])а не\s+(?:до |от |около )?$/.test(before);
  }
  return /^[^\d]{0,24}(?:(?:^|[\s,—–-])а\s|,|[—–-]\s)/.test(folded.slice(quantity.end, next.start));
}

/** «100 метров, максимум 150»: what is wished for and how much more would do. */
export const crowns = (folded: string, previous: Quantity, quantity: Quantity): boolean =>
  previous.unit === 'sqm' &&
  (quantity.unit === 'none' || quantity.unit === 'sqm') &&
  previous.min !== undefined &&
  previous.min === previous.max &&
  quantity.min === undefined &&
  previous.min < (quantity.max ?? 0) &&
  /^(?:максимум|макс|не)(?![а-я])/.test(folded.slice(quantity.start, quantity.end)) &&
  /^[,\s]*(?:но|ну|а)?\s*$/.test(folded.slice(previous.end, quantity.start));

const SPREAD = /^(?:плюс[- ]?минус|±|\+ ?[-/] ?-?)/;

/** «200 м² плюс-минус 20 метров»: how far the second figure lets the first go. */
export const spreads = (folded: string, previous: Quantity, quantity: Quantity): boolean =>
  previous.min !== undefined &&
  previous.min === previous.max &&
  quantity.max !== undefined &&
  quantity.max < previous.min &&
  SPREAD.test(folded.slice(quantity.start, quantity.end)) &&
  /^[,\s]*$/.test(folded.slice(previous.end, quantity.start));

/** «от 100 метров, но не больше 200»: the second limit is in the unit of the first. */
export const completes = (folded: string, previous: Quantity, quantity: Quantity): boolean =>
  previous.max === undefined &&
  quantity.min === undefined &&
  (previous.min ?? 0) < (quantity.max ?? 0) &&
  /^[,\s]*(?:но|и|а)?\s*$/.test(folded.slice(previous.end, quantity.start));
