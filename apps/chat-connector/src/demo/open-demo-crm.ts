import { randomBytes, randomUUID } from 'node:crypto';
import { MirrorReplay, Statements } from '#libs/chats';
import { CRM_HOOK_EVENTS, type Crm, setUpAccount } from '#libs/crm';
import type { OpenedPlatform } from '#libs/platform';
import { CHANNEL_TITLE, openCrm, SOURCE_EXTERNAL_ID } from '../crm-access.js';

/** A simulated account on loopback; the simulator of libs/testing is one. */
export interface SimulatedAccount {
  url: string;
  state: { channel: { id: string; secret: string; botId: string } };
  credentials: { longLivedToken: string };
  hooks: { chatHookUrl: string | null };
}

export interface DemoCrm {
  crm: Crm;
  hookToken: string;
  /** Tells the simulated account where our hooks are; call it when the process listens. */
  connectHooks(address: string): Promise<void>;
}

/** The demo account is on this machine and gets what was said before the start at once. */
const DEMO_PER_SECOND = 200;
/** What a newcomer who comes back finds at his manager's desk. */
const REPLAYED = { chats: 50, lines: 200 };

/**
 * The CRM over a simulated account: the same clients, mirror and hooks as with a real one. The account starts empty with
 * every start, so what an earlier one knew of our chats is forgotten and the last chats are mirrored anew.
 */
export async function openDemoCrm(platform: OpenedPlatform, account: SimulatedAccount): Promise<DemoCrm> {
  const { channel } = account.state;
  await platform.pool.query('delete from crm_chats; delete from crm_messages; delete from crm_inbox');
  await platform.pool.query(
    `update outbox set state = 'cancelled', settled_at = now() where target = 'crm' and state in ('pending', 'held')`,
  );
  const crm = openCrm(
    platform,
    {
      baseUrl: account.url,
      chatsBaseUrl: account.url,
      channelId: channel.id,
      channelSecret: channel.secret,
      channelBotId: channel.botId,
      auth: { token: account.credentials.longLivedToken },
    },
    { perSecond: DEMO_PER_SECOND },
  );
  await setUpAccount(
    { rest: crm.rest, chats: crm.chatsApi, store: crm.accounts },
    { title: CHANNEL_TITLE, sourceExternalId: SOURCE_EXTERNAL_ID },
  );
  await new MirrorReplay(new Statements(platform.pool)).replay({ occasion: randomUUID(), ...REPLAYED });
  const hookToken = randomBytes(24).toString('hex');
  return {
    crm,
    hookToken,
    async connectHooks(address) {
      account.hooks.chatHookUrl = `${address}/location/:scope_id`;
      await crm.rest.subscribe(`${address}/webhooks/amocrm/${hookToken}`, CRM_HOOK_EVENTS);
    },
  };
}
