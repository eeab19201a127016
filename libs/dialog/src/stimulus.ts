import type { AttachmentRef, ChatEvent } from '#libs/chats';
import type { Understanding } from '#libs/nlu';

/** One thing to react to: a burst of the client's texts is one stimulus, every other event is its own. */
export type Stimulus =
  | {
      kind: 'text';
      text: string;
      /** Filled once, by the node that first reads it, so that a hand-over does not understand it twice. */
      reading?: Understanding;
      attachments: AttachmentRef[];
      profile?: { name?: string; phone?: string };
      /** Scenarios that have already passed it on. */
      passedBy: string[];
    }
  | { kind: 'button'; payload: string; passedBy: string[] }
  | { kind: 'event'; event: Exclude<ChatEvent, { kind: 'client' }> };

/** Longest merged text a turn reads. */
const TEXT_LIMIT = 4_000;

/** Merges consecutive free texts of the client; keeps the order of everything else. */
export function stimuliOf(events: readonly ChatEvent[]): Stimulus[] {
  const stimuli: Stimulus[] = [];
  for (const event of events) {
    if (event.kind !== 'client') {
      stimuli.push({ kind: 'event', event });
      continue;
    }
    if (event.button !== undefined) {
      stimuli.push({ kind: 'button', payload: event.button, passedBy: [] });
      continue;
    }
    const text = event.text ?? '';
    const previous = stimuli.at(-1);
    if (previous?.kind === 'text') {
      previous.text = `${previous.text}\n${text}`.trim().slice(0, TEXT_LIMIT);
      previous.attachments.push(...(event.attachments ?? []));
      if (event.profile) previous.profile = event.profile;
      continue;
    }
    stimuli.push({
      kind: 'text',
      text: text.slice(0, TEXT_LIMIT),
      attachments: [...(event.attachments ?? [])],
      ...(event.profile ? { profile: event.profile } : {}),
      passedBy: [],
    });
  }
  return stimuli;
}
