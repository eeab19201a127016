/** Upper bounds of an incoming message; beyond them it is refused as a whole, never cut silently. */
export const MESSAGE_LIMITS = {
  idLength: 256,
  textLength: 10_000,
  /** Telegram's bound for button payloads. */
  buttonBytes: 64,
  attachments: 20,
  profileLength: 200,
  bodyBytes: 64 * 1024,
} as const;

/** The input cannot be stored; `code` is stable and meant for problem+json. */
export class ChatInputError extends Error {
  constructor(
    readonly code: 'invalid-chat-id' | 'invalid-message-id' | 'empty-message' | 'text-too-long' | 'message-too-large',
    message: string,
  ) {
    super(message);
    this.name = 'ChatInputError';
  }
}

/** There is no such chat. */
export class ChatNotFoundError extends Error {
  readonly code = 'chat-not-found';
  constructor(readonly chatId: string) {
    super(`chat ${chatId} does not exist`);
    this.name = 'ChatNotFoundError';
  }
}

/** Drops control characters (except line breaks and tabs) and lone surrogates: neither JSON columns nor channels bear them. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

/** Checks the ids every event carries. Throws ChatInputError. */
export function checkIds(chatId: string, messageId: string): void {
  if (!/^[\x21-\x7e]{1,300}$/.test(chatId)) {
    throw new ChatInputError('invalid-chat-id', 'a chat id is 1 to 300 printable ASCII characters without spaces');
  }
  if (messageId.length === 0 || messageId.length > MESSAGE_LIMITS.idLength || cleanText(messageId) !== messageId) {
    throw new ChatInputError('invalid-message-id', `a message id is 1 to ${MESSAGE_LIMITS.idLength} plain characters`);
  }
}

/** Cleans a text and checks its length in UTF-16 units. Throws ChatInputError. */
export function checkText(text: string): string {
  if (text.length > MESSAGE_LIMITS.textLength) {
    throw new ChatInputError('text-too-long', `a text has at most ${MESSAGE_LIMITS.textLength} characters`);
  }
  return cleanText(text);
}

/** Serialises an event and checks its size. Throws ChatInputError. */
export function serialiseEvent(event: object): string {
  const body = JSON.stringify(event);
  if (Buffer.byteLength(body) > MESSAGE_LIMITS.bodyBytes) {
    throw new ChatInputError('message-too-large', `a message has at most ${MESSAGE_LIMITS.bodyBytes} bytes`);
  }
  return body;
}

/** Cleans the payload of a button and checks its size. Throws ChatInputError. */
export function checkButton(button: string): string {
  const clean = cleanText(button);
  if (Buffer.byteLength(clean) > MESSAGE_LIMITS.buttonBytes) {
    throw new ChatInputError('message-too-large', `a button has at most ${MESSAGE_LIMITS.buttonBytes} bytes`);
  }
  return clean;
}

/** Cleans what a channel tells of a client; longer than allowed is cut. */
export function checkProfile(profile: { name?: string; phone?: string }): { name?: string; phone?: string } {
  const clean = (value: string) => cleanText(value).slice(0, MESSAGE_LIMITS.profileLength);
  return {
    ...(profile.name ? { name: clean(profile.name) } : {}),
    ...(profile.phone ? { phone: clean(profile.phone) } : {}),
  };
}
