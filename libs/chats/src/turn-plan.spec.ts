import { describe, expect, it } from 'vitest';
import { besideManager, planTurn } from './turn-plan.js';
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

describe('besideManager', () => {
  const told: Effect = { type: 'reply', message: { text: 'ждём' }, besideManager: true };
  const shown: Effect = { type: 'crm', name: 'owner', data: { owner: 'manager' }, besideManager: true };
  const timer: Effect = { type: 'timer', name: 'manager.remind', afterMs: 1, besideManager: true };
  const others: Effect[] = [
    { type: 'reply', message: { text: 'нет' } },
    { type: 'job', name: 'finance-model', payload: {} },
    { type: 'handoff', reason: 'r', recap: '' },
    { type: 'crm', name: 'note', data: {} },
  ];

  it('lets through what is marked, and nothing the client could hear once somebody took the chat', () => {
    expect(besideManager([...others, told, shown, timer], false)).toEqual([told, shown, timer]);
    expect(besideManager([...others, told, shown, timer], true)).toEqual([shown]);
  });

  it('lets a client who stops waiting have the whole turn, unless somebody took the chat', () => {
    const turn: Effect[] = [{ type: 'return', reason: 'enough' }, ...others];
    expect(besideManager(turn, false)).toEqual(turn);
    expect(besideManager(turn, true)).toEqual([]);
  });

  it('a hand-off begins the wait, a return ends it', () => {
    const waiting = { managerReminderMs: 10, clientWaitMs: 20 };
    const handedOver = plan([{ type: 'handoff', reason: 'r', recap: '' }], 'telegram', waiting);
    expect(handedOver.owner).toBe('manager');
    expect(handedOver.timers.map(({ name, afterMs }) => [name, afterMs])).toEqual([
      ['manager.remind', 10],
      ['manager.wait', 20],
    ]);
    const returned = plan([{ type: 'return', reason: 'enough' }]);
    expect(returned.owner).toBe('bot');
    expect(returned.cancelTimers).toEqual(['owner.return', 'manager.remind', 'manager.wait']);
  });
});
