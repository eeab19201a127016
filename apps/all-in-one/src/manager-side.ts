import { randomUUID } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import type { ChatsHost } from '#libs/hosting';
import type { OpenedPlatform } from '#libs/platform';
import {
  ChatConnectorModule,
  crmSettings,
  DemoManagerModule,
  openCrm,
  openDemoCrm,
} from '../../chat-connector/src/index.js';

/** Which CRM the managers of this process live in; `demo` is a simulated account for newcomers. */
export type ManagerSideKind = 'amocrm' | 'demo' | 'none';

export interface ManagerSide {
  modules: DynamicModule[];
  /** Called with the process's address once it listens. */
  connect(address: string): Promise<void>;
}

/**
 * The real account when it is configured. Without one the demo account is offered, but only to a newcomer: never in
 * production and never on a database of somebody's own, because the demo starts empty and forgets what it mirrored.
 */
export function managerSideOf({ config }: OpenedPlatform): ManagerSideKind {
  if (crmSettings(config)) return 'amocrm';
  return config.environment === 'development' && !config.database.url && !config.amocrm.baseUrl ? 'demo' : 'none';
}

export async function openManagerSide(
  kind: ManagerSideKind,
  platform: OpenedPlatform,
  host: ChatsHost,
): Promise<ManagerSide> {
  const { config, pool, files, metrics, logger, shutdown } = platform;
  const parts = {
    pool,
    chats: host.chats.store,
    presence: host.chats.presence,
    outbox: host.chats.outbox,
    files,
    metrics,
    logger,
    habits: config.amocrm,
  };
  const settings = crmSettings(config);
  if (kind === 'amocrm' && settings) {
    const connector = ChatConnectorModule.register({
      ...parts,
      crm: openCrm(platform, settings),
      hookToken: config.amocrm.hookToken,
      previous: {
        channelSecret: config.amocrm.channelSecretPrevious,
        hookToken: config.amocrm.hookTokenPrevious,
      },
    });
    return { modules: [connector], connect: async () => {} };
  }
  if (kind === 'demo') {
    // Loaded only here: the production image does not carry the simulators.
    const { AmoCrmSimulator, ManagerDesk } = await import('#libs/testing');
    // Ids of hooks and messages are remembered in the database: every start makes new ones.
    const account = new AmoCrmSimulator({ seed: randomUUID(), limitPerSecond: 1_000 });
    // A real account tells of a manager's edits by its history only; here a newcomer sees them at once.
    account.faults.editHooks = true;
    await account.start();
    shutdown.add('demo account', () => account.stop());
    const demo = await openDemoCrm(platform, account);
    return {
      modules: [
        ChatConnectorModule.register({ ...parts, crm: demo.crm, hookToken: demo.hookToken }),
        DemoManagerModule.register({ desk: new ManagerDesk(account), chats: host.chats.store }),
      ],
      connect: (address) => demo.connectHooks(address),
    };
  }
  return { modules: [], connect: async () => {} };
}
