import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '#libs/chats';
import type { PictureLabel } from '#libs/vision';
import { LabelSender } from './label-sender.js';

const item = (labels: object[]) =>
  ({ id: 'web:visitor:7:0', chatId: 'web:visitor', body: { type: 'label', labels } }) as unknown as OutboxItem;
const label = (set: string, value: string) => ({ fileId: 'f', set, label: value, author: 'client' });

describe(LabelSender.name, () => {
  it('keeps known labels under an id that does not lead back to the chat, the same for a repeat', async () => {
    const kept: [string, readonly PictureLabel[]][] = [];
    const sender = new LabelSender({ add: async (id, labels) => void kept.push([id, labels]) });
    await sender.send(item([label('fit-out', 'shell'), label('fit-out', 'plan'), label('mood', 'good')]));
    await sender.send(item([label('fit-out', 'shell')]));
    expect(kept.map(([, labels]) => labels)).toEqual([[label('fit-out', 'shell')], [label('fit-out', 'shell')]]);
    expect(kept[0]?.[0]).toBe(kept[1]?.[0]);
    expect(kept[0]?.[0]).not.toContain('visitor');
  });

  it('refuses what is no label', async () => {
    const sender = new LabelSender({ add: async () => {} });
    const job = { id: 'c:1:0', body: { type: 'job', name: 'search', payload: {} } } as unknown as OutboxItem;
    await expect(sender.send(job)).rejects.toMatchObject({ code: 'NOT_A_LABEL' });
  });
});
