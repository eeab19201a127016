import type { Request } from 'express';
import type { ApiMessage } from '#libs/channels';
import type { ChatUpdate, TranscriptMessage } from '#libs/chats';
import type { EventStream } from './event-stream.js';

/** Where a stream starts: after Last-Event-ID of a reader who comes back, else after the `after` asked for; undefined: from now on. */
export function resumePoint(request: Request, after: number | undefined): number | undefined {
  const last = request.headers['last-event-id'];
  return typeof last === 'string' && /^\d{1,9}$/.test(last) ? Number(last) : after;
}

/** Writes a chat's updates into a stream until either ends; each message carries its `seq` as the event's id. */
export async function followChat(
  updates: AsyncIterable<ChatUpdate>,
  stream: EventStream,
  show: (message: TranscriptMessage) => ApiMessage,
): Promise<void> {
  for await (const update of updates) {
    if (!stream.isOpen) return;
    switch (update.type) {
      case 'message':
        stream.send('message', show(update.message), update.message.seq);
        break;
      case 'edit':
        stream.send('edit', show(update.message));
        break;
      case 'read':
        stream.send('read', { seq: update.seq });
        break;
      case 'typing':
        stream.send('typing', { typing: update.on });
        break;
      case 'draft':
        stream.send('draft', {
          text: update.text,
          ...(update.inReplyTo !== undefined && { inReplyTo: update.inReplyTo }),
        });
        break;
      case 'owner':
        stream.send('owner', { owner: update.owner });
        break;
    }
  }
}
