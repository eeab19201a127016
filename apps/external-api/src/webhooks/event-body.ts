import { type ApiMessage, toApiMessage } from '#libs/channels';
import type { ChatStore } from '#libs/chats';
import type { FileLinks } from '#libs/platform';
import type { DueDelivery, WebhookEvent } from './webhook.js';

/** What an endpoint receives. `id` is the same in every attempt and never that of another event. */
export type WebhookBody = { id: string; type: WebhookEvent; createdAt: string } & (
  | { type: 'message'; chatId: string; message: ApiMessage }
  | { type: 'owner'; chatId: string; owner: 'bot' | 'manager' }
  | { type: 'job'; jobId: string; state: 'completed' | 'failed' }
);

/** Largest body that is sent, bytes; a message of the longest text is far below it. */
export const MAX_WEBHOOK_BODY = 256 * 1024;

/** A chat's id as its partner knows it. */
const callerChatId = (inner: string) => inner.split(':').slice(2).join(':');

/** Writes events as partners receive them; reads messages where they live, with links that work for a while. */
export class EventBodies {
  constructor(
    private readonly chats: Pick<ChatStore, 'transcript'>,
    private readonly links: FileLinks,
  ) {}

  /** Undefined when what was to be told is no longer kept. */
  async of({ id, ref, createdAt }: DueDelivery): Promise<WebhookBody | undefined> {
    switch (ref.type) {
      case 'message': {
        const [message] = await this.chats.transcript(ref.chatId, ref.seq - 1, 1);
        if (message?.seq !== ref.seq) return undefined;
        const shown = toApiMessage(message, ({ fileId }) => this.links.sign(fileId));
        return { id, type: 'message', createdAt, chatId: callerChatId(ref.chatId), message: shown };
      }
      case 'owner':
        return { id, type: 'owner', createdAt, chatId: callerChatId(ref.chatId), owner: ref.owner };
      case 'job':
        return { id, type: 'job', createdAt, jobId: ref.jobId, state: ref.state };
    }
  }
}
