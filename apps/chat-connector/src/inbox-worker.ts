import type { CrmInbox, DeliveryReports, TypingRelay } from '#libs/crm';
import { CrmNoAnswerError, type InboxEntry, NotYetError } from '#libs/crm';
import type { Logger } from '#libs/platform';

/** Handles one entry; throws to have it tried again. */
export type EntryHandler = (entry: InboxEntry) => Promise<void>;

const CONCURRENCY = 4;
const SWEEP_MS = 500;
const REPORTS_MS = 1_000;
const READS_MS = 3_000;
const TYPING_MS = 1_000;
/** Failures that are nobody's outage: afterwards the entry is given up and the lane goes on. */
const MAX_ATTEMPTS = 10;
const LONGEST_PAUSE_MS = 60_000;

/** Works through the connector's inbox and reports deliveries; several processes may do so at once. */
export class InboxWorker {
  private active = 0;
  private stopping = false;
  private readonly timers: NodeJS.Timeout[] = [];
  private idle: (() => void) | undefined;
  private reporting: Promise<void> | null = null;

  constructor(
    private readonly inbox: CrmInbox,
    private readonly reports: DeliveryReports,
    private readonly typing: TypingRelay,
    private readonly handle: EntryHandler,
    private readonly logger: Logger,
  ) {}

  /** Goes on with what an earlier process left and looks for work regularly. */
  start(): void {
    this.every(SWEEP_MS, async () => this.wake());
    this.every(REPORTS_MS, () => this.report());
    this.every(READS_MS, () => this.passing(async () => void (await this.reports.reportRead(() => !this.stopping))));
    this.every(TYPING_MS, () => this.passing(async () => void (await this.typing.tellOfClients())));
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers) clearInterval(timer);
    await this.reporting?.catch(() => {});
    if (this.active > 0) await new Promise<void>((resolve) => (this.idle = resolve));
  }

  /**
   * Handles this entry before the caller goes on, at most `budgetMs`: a manager's message has taken the chat by the time its
   * hook is acknowledged. Whatever is not finished by then goes on by itself.
   */
  async handleNow(entryId: string, budgetMs: number): Promise<void> {
    if (this.stopping) return;
    let timer: NodeJS.Timeout | undefined;
    const budget = new Promise<void>((resolve) => (timer = setTimeout(resolve, budgetMs)));
    await Promise.race([this.occupied(() => this.take(entryId)), budget]);
    clearTimeout(timer);
  }

  private wake(): void {
    if (this.stopping || this.active >= CONCURRENCY) return;
    void this.occupied(async () => {
      while (!this.stopping && (await this.take())) this.wake();
    });
  }

  private async occupied(work: () => Promise<unknown>): Promise<void> {
    this.active += 1;
    try {
      await work();
    } catch (error) {
      this.logger.error({ err: error }, 'the inbox of the CRM could not be read');
    } finally {
      this.active -= 1;
      if (this.stopping && this.active === 0) this.idle?.();
    }
  }

  /** One entry; false when there was none to take. */
  private async take(entryId?: string): Promise<boolean> {
    const entry = await this.inbox.claim(entryId);
    if (!entry) {
      if (entryId !== undefined) await this.inbox.release(entryId);
      return false;
    }
    const { id, kind, attempts } = entry;
    try {
      await this.handle(entry);
      await this.inbox.finish(id);
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      const pause = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(attempts, 10));
      const passes = error instanceof CrmNoAnswerError || error instanceof NotYetError;
      if (passes || attempts < MAX_ATTEMPTS) {
        if (!passes) this.logger.warn({ err: error, entryId: id, kind, attempts }, 'it will be tried again');
        await this.inbox.postpone(id, pause, reason);
      } else {
        this.logger.error({ err: error, entryId: id, kind, attempts }, 'an entry of the CRM inbox was given up');
        await this.inbox.finish(id, reason);
      }
    }
    return true;
  }

  private async report(): Promise<void> {
    if (this.reporting || this.stopping) return;
    this.reporting = this.reportDeliveries().finally(() => {
      this.reporting = null;
    });
    await this.reporting;
  }

  private async reportDeliveries(): Promise<void> {
    await this.passing(async () => void (await this.reports.report(() => !this.stopping)));
  }

  /** An outage is waited for: what is told is asked for anew the next time. */
  private async passing(tell: () => Promise<void>): Promise<void> {
    try {
      await tell();
    } catch (error) {
      if (!(error instanceof CrmNoAnswerError)) throw error;
      this.logger.debug({ reason: error.reason }, 'amoCRM will be told later');
    }
  }

  private every(ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      work().catch((error: unknown) => this.logger.warn({ err: error }, 'regular work of the connector failed'));
    }, ms);
    timer.unref();
    this.timers.push(timer);
  }
}
