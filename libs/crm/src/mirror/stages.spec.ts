import { describe, expect, it } from 'vitest';
import { isForward, stageOf } from './stages.js';

const sort = new Map([
  [1, 10],
  [2, 20],
  [142, 10_000],
  [143, 11_000],
]);
const lead = (statusId: number, pipelineId = 900) => ({ statusId, pipelineId });

describe('stages', () => {
  it('move a lead only forward, never out of won, lost, another pipeline or a stage nobody knows', () => {
    expect(isForward(lead(1), lead(2), sort)).toBe(true);
    expect(isForward(lead(2), lead(1), sort)).toBe(false);
    expect(isForward(lead(2), lead(2), sort)).toBe(false);
    expect(isForward(lead(142), lead(2), sort)).toBe(false);
    expect(isForward(lead(143), lead(2), sort)).toBe(false);
    expect(isForward(lead(1, 901), lead(2), sort)).toBe(false);
    expect(isForward(lead(77), lead(2), sort)).toBe(false);
  });

  it('are reached by what the dialog asks for', () => {
    expect(stageOf({ type: 'crm', name: 'slots', data: { scenario: 'search', slots: {} } })).toBe('confirmed');
    expect(stageOf({ type: 'crm', name: 'slots', data: { scenario: 'search', likedLots: ['a'] } })).toBeNull();
    expect(stageOf({ type: 'crm', name: 'stage', data: { stage: 'offer' } })).toBe('offer');
    expect(stageOf({ type: 'crm', name: 'stage', data: { stage: 'won' } })).toBeNull();
    expect(stageOf({ type: 'handoff', reason: 'a', recap: 'b' })).toBe('manager');
  });
});
