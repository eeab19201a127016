import { badRequest } from './parameters.js';

export interface SimulatedButton {
  text: string;
  callbackData: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function button(value: unknown): SimulatedButton {
  if (!isRecord(value)) throw badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  if (typeof value.text !== 'string' || value.text.trim() === '')
    throw badRequest('inline keyboard button text must be non-empty');
  if (typeof value.callback_data !== 'string') throw badRequest('inline keyboard button must have exactly one action');
  const bytes = Buffer.byteLength(value.callback_data);
  if (bytes < 1 || bytes > 64) throw badRequest('BUTTON_DATA_INVALID');
  return { text: value.text, callbackData: value.callback_data };
}

/** Reads `reply_markup` with an inline keyboard of callback buttons; at most 100 buttons, 8 in a row. */
export function readInlineKeyboard(markup: unknown): SimulatedButton[][] {
  if (markup === undefined) return [];
  if (!isRecord(markup)) throw badRequest('object expected as reply markup');
  if (markup.inline_keyboard === undefined) return [];
  if (!Array.isArray(markup.inline_keyboard))
    throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array');
  const rows = markup.inline_keyboard.map((row: unknown) => {
    if (!Array.isArray(row))
      throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
    if (row.length > 8) throw badRequest('reply markup is too long');
    return row.map(button);
  });
  if (rows.flat().length > 100) throw badRequest('reply markup is too long');
  return rows;
}
