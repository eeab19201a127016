import type { ChatsApi } from '../chats-api/client.js';
import type { AmojoId, HistoryItem, OurId } from '../chats-api/types.js';

/** Their largest page. */
const PAGE = 50;

/** Their history of a chat, newest first, page by page; at most `limit` messages. */
export async function* readHistory(
  chats: ChatsApi,
  scopeId: string,
  chatId: AmojoId,
  limit: number,
): AsyncGenerator<HistoryItem> {
  for (let offset = 0; offset < limit; offset += PAGE) {
    const items = await chats.history(scopeId, chatId, { offset, limit: PAGE });
    yield* items;
    if (items.length < PAGE) return;
  }
}

/** Their id of a message of ours, when they have it. A lane is serial, so what is looked for is among the newest. */
export async function findByOurId(
  chats: ChatsApi,
  scopeId: string,
  chatId: AmojoId,
  ourId: OurId,
): Promise<AmojoId | null> {
  for await (const item of readHistory(chats, scopeId, chatId, 200)) {
    if (item.message.client_id === ourId) return item.message.id;
  }
  return null;
}
