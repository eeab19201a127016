import { describe, expect, it } from 'vitest';
import { planTurn } from './turn-plan.js';
import type { ChatEvent, Effect } from './types.js';

const events: ChatEvent[] = [{ kind: 'client', id: 'm1', at: '', text: 'привет' }];
const settings = { pullChannels: ['rest'], crm: false, managerSilenceMs: 0, managerReminderMs: 0, clientWaitMs: 0 };
const plan = (effects: Effect[], channel = 'telegram', overrides = {}) =>
  planTurn({ chatId: 'c', channel, turn: 7, events, effects }, { ...settings, ...overrides });

describe('planTurn', () => {
  it('derives ids from chat, turn and index and keeps the order', () => {
    const rows = plan([
      { type: 'reply', message: { text: 'а' } },
      { type: 'job', name: 'finance', payload: {} },
      { type: 'reply', message: { text: 'б' } },
    ]);
    expect(rows.outbox.map((row) => [row.id, row.target, row.offset, row.seqOffset])).toEqual([
      ['c:7:0', 'telegram', 1, 1],
      ['c:7:1', 'job', 2, null],
      ['c:7:2', 'telegram', 3, 2],
    ]);
    expect(rows.transcript.map((row) => row.inReplyTo)).toEqual(['m1', 'm1']);
  });

  it('writes no delivery for a channel that reads the transcript', () => {
    const rows = plan([{ type: 'reply', message: { text: 'а' } }], 'rest');
    expect([rows.transcript.length, rows.outbox.length]).toEqual([1, 0]);
  });

  it('holds CRM effects while no CRM is connected and copies replies when one is', () => {
    const effects: Effect[] = [
      { type: 'reply', message: { text: 'а' } },
      { type: 'crm', name: 'note', data: {} },
    ];
    expect(plan(effects).outbox.map((row) => [row.target, row.state])).toEqual([
      ['telegram', 'pending'],
      ['crm', 'held'],
    ]);
    expect(plan(effects, 'rest', { crm: true }).outbox.map((row) => [row.id, row.state])).toEqual([
      ['c:7:0:crm', 'pending'],
      ['c:7:1', 'pending'],
    ]);
  });

  it('lets the last word about a timer count', () => {
    const set: Effect = { type: 'timer', name: 't', afterMs: 5 };
    const cancel: Effect = { type: 'cancel-timer', name: 't' };
    expect(plan([set, cancel])).toMatchObject({ timers: [], cancelTimers: ['t'] });
    expect(plan([cancel, set, { ...set, afterMs: 9 }])).toMatchObject({ timers: [{ afterMs: 9 }], cancelTimers: [] });
  });
});
