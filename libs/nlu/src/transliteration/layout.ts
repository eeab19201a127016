import { keyOf } from '../utterance/keyboard.js';
import type { Transliteration } from './transliteration.js';

/** Beginnings of words of the trade: a message that holds one after retyping was meant in Russian. */
const TELLTALE =
  /(?<![а-я])(?:офис|склад|магазин|помещен|аренд|снять|сниму|снимем|купить|куплю|купим|нуж(?:ен|на|но|ны)(?![а-я])|ищу|ищем|хочу|хотим|метро|квадрат|тысяч|миллион|бюджет|площад|телефон|зовут|перезвон|позвон|оцен|посчита|рассчита|менеджер|рынок|доходност|окупаем|интересу|подбер|покажи)/;

/** A full stop or comma typed as such, not as «ю» or «б»: after a digit, or before a space or the end. */
const isPunctuation = (text: string, at: number): boolean =>
  /[.,]/.test(text.charAt(at)) && (/\d/.test(text.charAt(at - 1)) || /^(?:\s|$)/.test(text.charAt(at + 1)));

/**
 * The Russian text of a message typed in the English layout («ye;ty jabc» → «нужен офис»), key by key, so that offsets stay;
 * `undefined` for anything that is not recognisably one.
 */
export function retyped(original: string): Transliteration | undefined {
  if (!/[a-z]/i.test(original) || /[а-яё]/i.test(original) || original.length > 500) return undefined;
  let text = '';
  for (let i = 0; i < original.length; i++)
    text += isPunctuation(original, i) ? original.charAt(i) : keyOf(original.charAt(i).toLowerCase());
  return text.length === original.length && TELLTALE.test(text) ? { text, toOriginal: (offset) => offset } : undefined;
}
