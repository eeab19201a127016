import type { ChatsApi } from '../chats-api/client.js';
import type { AmojoId, DeliveryStatus } from '../chats-api/types.js';
import type { CrmAccountStore } from '../mirror/account.js';
import type { CrmMessages } from '../mirror/crm-messages.js';
import { CrmRefusedError } from '../outcome.js';

const BATCH = 20;

/** Tells amoCRM what became of managers' messages on their way to clients. */
export class DeliveryReports {
  constructor(
    private readonly messages: CrmMessages,
    private readonly chatsApi: ChatsApi,
    private readonly accounts: CrmAccountStore,
  ) {}

  /**
   * Reports managers' messages the client has read, until `goOn` says no; returns how many. Telegram tells nobody what was
   * read: there an answer of the client is what shows it.
   */
  async reportRead(goOn: () => boolean = () => true): Promise<number> {
    const account = await this.accounts.load();
    if (!account) return 0;
    let count = 0;
    for (const { ourId, amojoId } of await this.messages.read(BATCH)) {
      if (!goOn()) break;
      await this.tell(account.scopeId, amojoId, { status: 2 });
      await this.messages.reported(ourId, 2);
      count += 1;
    }
    return count;
  }

  /** Reports what is settled until `goOn` says no; returns how many. Throws what the clients throw; safe to repeat. */
  async report(goOn: () => boolean = () => true): Promise<number> {
    const account = await this.accounts.load();
    if (!account) return 0;
    const settled = await this.messages.unreported(BATCH);
    let count = 0;
    for (const { ourId, amojoId, delivered } of settled) {
      if (!goOn()) break;
      const failure = { status: -1, errorCode: 905, error: 'Канал клиента не принял сообщение' } as const;
      await this.tell(account.scopeId, amojoId, delivered ? { status: 1 } : failure);
      await this.messages.reported(ourId, delivered ? 1 : -1);
      count += 1;
    }
    return count;
  }

  private async tell(scopeId: string, amojoId: AmojoId, status: DeliveryStatus): Promise<void> {
    try {
      await this.chatsApi.reportDelivery(scopeId, amojoId, status);
    } catch (error) {
      // They do not know the message (deleted meanwhile): there is nobody to tell.
      if (!(error instanceof CrmRefusedError)) throw error;
    }
  }
}
