import { uuid6 } from '@langchain/langgraph-checkpoint';
import { describe, expect, it } from 'vitest';
import { idAfter } from './checkpoint-id.js';

describe(idAfter.name, () => {
  it('leaves an id of a clock that goes on as it is', () => {
    const first = uuid6(1);
    const second = uuid6(2);
    expect(idAfter(first, second)).toBe(second);
  });

  it.each([
    ['an hour behind', '1f0c6d00-0000-6000-8001-0123456789ab', '1f0c5100-0000-6fff-8002-ba9876543210'],
    ['of the same moment', '1f0c6d00-0000-6000-8001-0123456789ab', '1f0c6d00-0000-6000-8001-0123456789ab'],
    ['at the end of the low part', '1f0c6d00-00ff-6fff-8001-0123456789ab', '1f0c5100-0000-6fff-8002-ba9876543210'],
    ['at the end of the middle part', '1f0c6d00-ffff-6fff-8001-0123456789ab', '1f0c5100-0000-6fff-8002-ba9876543210'],
  ])('makes an id %s the next after the one before', (_name, previous, id) => {
    const made = idAfter(previous, id);
    expect(made > previous).toBe(true);
    expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-6[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(idAfter(made, id) > made).toBe(true);
  });
});
