import type { AttachmentRef, Button, MessageContent } from '#libs/chats';
import { cardAsText } from './card-text.js';
import type { ChannelConnector } from './connector.js';
import { joinFormatted, splitFormatted, toHtml } from './formatted-text.js';

export interface TelegramInlineKeyboard {
  inline_keyboard: { text: string; callback_data: string }[][];
}

/** One Bot API call; `chat_id` and the bytes of the file are added by the sender. */
export type TelegramRequest =
  | { method: 'sendMessage'; text: string; parse_mode: 'HTML'; reply_markup?: TelegramInlineKeyboard }
  | { method: 'sendPhoto' | 'sendDocument'; file: AttachmentRef; reply_markup?: TelegramInlineKeyboard };

/** https://core.telegram.org/bots/api: sendMessage, sendPhoto, sendDocument, InlineKeyboardButton. */
const LIMITS = {
  textLength: 4096,
  captionLength: 1024,
  buttonPayloadBytes: 64,
  buttonsPerMessage: 100,
  attachmentBytes: 50 * 1024 * 1024,
} as const;
const PHOTO_BYTES = 10 * 1024 * 1024;
const PHOTO_TYPES = new Set(['image/jpeg', 'image/png', 'image/webp']);

/** Two short captions fit on one row of a phone; a longer one takes the row. */
const SHORT_CAPTION = 16;

function fitsKeyboard(button: Button): boolean {
  const bytes = Buffer.byteLength(button.payload);
  return button.text.trim() !== '' && bytes >= 1 && bytes <= LIMITS.buttonPayloadBytes;
}

function keyboard(buttons: Button[]): TelegramInlineKeyboard | undefined {
  if (buttons.length === 0) return undefined;
  const rows: TelegramInlineKeyboard['inline_keyboard'] = [];
  let open = false;
  for (const { text, payload } of buttons) {
    const button = { text, callback_data: payload };
    const short = text.length <= SHORT_CAPTION;
    if (short && open) {
      rows.at(-1)?.push(button);
      open = false;
    } else {
      rows.push([button]);
      open = short;
    }
  }
  return { inline_keyboard: rows };
}

/**
 * Telegram: HTML text, cards written out, inline keyboard under the last request, files by upload.
 * A button Telegram would refuse (payload over 64 bytes, empty caption, beyond the hundredth) is not lost: it is offered as words to write.
 */
export const telegramConnector: ChannelConnector<TelegramRequest> = {
  channel: 'telegram',
  capabilities: { buttons: true, cards: 'text', attachments: true, typing: true },
  limits: LIMITS,
  render(message: MessageContent): TelegramRequest[] {
    const buttons = message.buttons ?? [];
    const pressable = buttons.filter(fitsKeyboard).slice(0, LIMITS.buttonsPerMessage);
    const spoken = buttons.filter((button) => !pressable.includes(button) && button.text.trim() !== '');
    const attachments = message.attachments ?? [];
    const sendable = attachments.filter(({ size }) => size <= LIMITS.attachmentBytes);
    const tooBig = attachments.filter(({ size }) => size > LIMITS.attachmentBytes);
    const body = joinFormatted(
      [
        { text: message.text, bold: [] },
        ...(message.cards ?? []).map(cardAsText),
        ...tooBig.map(({ name }) => ({
          text: `Файл «${name}» слишком большой для Telegram, менеджер пришлёт его иначе.`,
          bold: [],
        })),
        {
          text: spoken.length > 0 ? `Можно написать: ${spoken.map(({ text }) => `«${text}»`).join(', ')}` : '',
          bold: [],
        },
      ],
      '\n\n',
    );
    const requests: TelegramRequest[] = splitFormatted(body, LIMITS.textLength).map((piece) => ({
      method: 'sendMessage',
      text: toHtml(piece),
      parse_mode: 'HTML',
    }));
    for (const file of sendable) {
      const photo = PHOTO_TYPES.has(file.contentType) && file.size <= PHOTO_BYTES;
      requests.push({ method: photo ? 'sendPhoto' : 'sendDocument', file });
    }
    // A message must exist for its keyboard to hang on, and an empty one would vanish without a trace.
    if (requests.length === 0) requests.push({ method: 'sendMessage', text: '…', parse_mode: 'HTML' });
    const markup = keyboard(pressable);
    const last = requests.at(-1);
    if (markup && last) last.reply_markup = markup;
    return requests;
  },
};
