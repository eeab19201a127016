import type { Message, Update, User } from 'grammy/types';

/** A file a client has sent, still on Telegram's side. */
export interface RemoteFile {
  fileId: string;
  name: string;
  /** Bytes; what Telegram says, when it says. */
  size?: number;
}

/** What one update means to the dialog. */
export interface ClientUpdate {
  text?: string;
  /** Payload of the pressed button. */
  button?: string;
  /** Telegram waits for an answer to this press, or the button keeps spinning. */
  callbackQueryId?: string;
  files: RemoteFile[];
  profile: { name?: string; phone?: string };
}

/** An emoji a client has put under a message, or taken away. */
export interface ClientReaction {
  messageId: number;
  emoji: string;
  on: boolean;
}

/** The commands of the menu, in the words the dialog understands. */
const COMMANDS: Record<string, string> = {
  start: 'Меню',
  menu: 'Меню',
  help: 'Что ты умеешь?',
  restart: 'Начать заново',
  manager: 'Позовите менеджера',
};

/** The private chat an update belongs to, or undefined for groups, channels and service updates: the bot speaks in private only. */
export function privateChatOf(update: Update): number | undefined {
  const message = update.message ?? update.edited_message ?? update.callback_query?.message;
  const chat = message?.chat ?? update.my_chat_member?.chat ?? update.message_reaction?.chat;
  if (chat) return chat.type === 'private' ? chat.id : undefined;
  return update.callback_query?.from.id;
}

/**
 * Reads an update of a private chat. Undefined means there is nothing for the dialog: another bot, a block or an unblock.
 * An edited message reads as it stands now.
 */
export function readUpdate(update: Update): ClientUpdate | undefined {
  if (update.callback_query) {
    const { id, data, from } = update.callback_query;
    return { ...(data ? { button: data } : { text: '?' }), callbackQueryId: id, files: [], profile: profileOf(from) };
  }
  const message = update.message ?? update.edited_message;
  if (!message || message.from?.is_bot) return undefined;
  const files = filesOf(message);
  const text = textOf(message);
  return {
    // A sticker, a game or whatever Telegram invents next still deserves an answer.
    ...(text !== undefined ? { text } : files.length === 0 ? { text: '(сообщение без текста)' } : {}),
    files,
    profile: { ...profileOf(message.from), ...(message.contact && { phone: message.contact.phone_number }) },
  };
}

/** The updates of one album as one message: all its pictures, and whatever was written under any of them. */
export function albumOf(updates: readonly Update[]): ClientUpdate | undefined {
  const parts = updates.flatMap((update) => readUpdate(update) ?? []);
  const [first] = parts;
  if (!first) return undefined;
  const text = parts.flatMap((part) => part.text ?? []).join('\n');
  return { ...(text !== '' && { text }), files: parts.flatMap((part) => part.files), profile: first.profile };
}

/** What changed under a message by this update: emoji only, custom ones and stars have no name. */
export function readReactions({ message_reaction: change }: Update): ClientReaction[] {
  if (!change) return [];
  const emoji = (list: typeof change.old_reaction) => list.flatMap((one) => (one.type === 'emoji' ? [one.emoji] : []));
  const [before, after] = [emoji(change.old_reaction), emoji(change.new_reaction)];
  const put = after.filter((one) => !before.includes(one)).map((one) => ({ emoji: one, on: true }));
  const taken = before.filter((one) => !after.includes(one)).map((one) => ({ emoji: one, on: false }));
  return [...taken, ...put].map((reaction) => ({ messageId: change.message_id, ...reaction }));
}

function profileOf(user: User | undefined): { name?: string } {
  const name = [user?.first_name, user?.last_name].filter(Boolean).join(' ').trim();
  return name === '' ? {} : { name };
}

function textOf(message: Message): string | undefined {
  if (message.text !== undefined) {
    const command = /^\/([a-z_]+)(?:@\w+)?(?:\s|$)/i.exec(message.text)?.[1]?.toLowerCase();
    return (command !== undefined && COMMANDS[command]) || message.text;
  }
  if (message.caption !== undefined) return message.caption;
  if (message.contact) return message.contact.phone_number;
  if (message.venue) return `${message.venue.title}, ${message.venue.address}`;
  if (message.location) return `${message.location.latitude}, ${message.location.longitude}`;
  return message.sticker?.emoji;
}

function filesOf(message: Message): RemoteFile[] {
  // Sizes come smallest first; the last one is the picture as it was sent.
  const photo = message.photo?.at(-1);
  const sources = [
    photo && { file: photo, name: 'photo.jpg' },
    message.document && { file: message.document, name: message.document.file_name ?? 'document' },
    message.voice && { file: message.voice, name: 'voice.ogg' },
    message.audio && { file: message.audio, name: message.audio.file_name ?? 'audio.mp3' },
    message.video && { file: message.video, name: message.video.file_name ?? 'video.mp4' },
    message.video_note && { file: message.video_note, name: 'video.mp4' },
  ];
  return sources.flatMap((source) =>
    source
      ? [
          {
            fileId: source.file.file_id,
            name: source.name,
            ...(source.file.file_size !== undefined && { size: source.file.file_size }),
          },
        ]
      : [],
  );
}
