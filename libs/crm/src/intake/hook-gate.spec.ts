import { describe, expect, it } from 'vitest';
import { hookSignature } from '../chats-api/signature.js';
import type { CrmAccountStore } from '../mirror/account.js';
import type { CrmInbox } from './crm-inbox.js';
import { HookGate } from './hook-gate.js';

/** Hooks with nothing to store: the inbox is never asked. */
function gate(settings: ConstructorParameters<typeof HookGate>[2]): HookGate {
  const accounts = { load: async () => ({ scopeId: 'scope' }) } as unknown as CrmAccountStore;
  return new HookGate({} as CrmInbox, accounts, settings);
}

describe('HookGate', () => {
  const typing = Buffer.from(JSON.stringify({ action: { typing: {} } }));
  const changing = gate({
    channelSecret: 'new',
    channelSecretPrevious: 'old',
    hookToken: 'new-token',
    hookTokenPrevious: 'old-token',
  });
  const changed = gate({ channelSecret: 'new', hookToken: 'new-token' });

  it.each([
    ['new', false, false],
    ['old', false, true],
    ['other', true, true],
  ])(
    'a chat hook signed with the %s secret: refused %s while changing, %s afterwards',
    async (secret, during, after) => {
      const signature = hookSignature(typing, secret);
      expect((await changing.admitChatHook('scope', typing, signature)).refused).toBe(during);
      expect((await changed.admitChatHook('scope', typing, signature)).refused).toBe(after);
    },
  );

  it.each([
    ['new-token', false, false],
    ['old-token', false, true],
    ['', true, true],
    ['undefined', true, true],
  ])('a CRM hook to %j: refused %s while changing, %s afterwards', async (token, during, after) => {
    expect((await changing.admitCrmHook(token, {})).refused).toBe(during);
    expect((await changed.admitCrmHook(token, {})).refused).toBe(after);
  });

  it('refuses every CRM hook when there is no token', async () => {
    expect((await gate({ channelSecret: 'new' }).admitCrmHook('undefined', {})).refused).toBe(true);
  });
});
