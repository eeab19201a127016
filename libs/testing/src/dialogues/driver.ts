import type { JsonObject, MessageContent } from '#libs/chats';

/** What the chat shows to the outside after a step. */
export interface ChatSnapshot {
  scenario: string | null;
  step: string | null;
  slots: JsonObject;
}

/** One chat a story is played in. In process and over REST are the two implementations. */
export interface DialogDriver {
  /** What the client wrote in one breath; resolves when the turn and its jobs are done, with the bot's messages. */
  user(texts: readonly string[]): Promise<MessageContent[]>;
  button(payload: string): Promise<MessageContent[]>;
  photo(caption: string): Promise<MessageContent[]>;
  /** Pictures of one message, by path. */
  images(files: readonly string[], caption: string): Promise<MessageContent[]>;
  manager(text: string): Promise<MessageContent[]>;
  owner(owner: 'bot' | 'manager'): Promise<MessageContent[]>;
  /** A timer of the chat has run out. */
  timer(name: string, data: JsonObject): Promise<MessageContent[]>;
  /** The client changes a message that was answered already. */
  edit(before: string, text: string): Promise<MessageContent[]>;
  snapshot(): Promise<ChatSnapshot>;
}
