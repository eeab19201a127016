import { PhraseBook } from '#libs/dialog';
import type { Catalogue } from '#libs/estates';
import type { Clock, Logger } from '#libs/platform';

/** How long an edited phrase may go unseen, ms. */
const CHECK_MS = 5_000;

/**
 * The phrase book in force: read from the `messages` collection and read again when it was edited. An edit that breaks the
 * book (a missing key, an unknown placeholder) is logged and the last good book stays.
 */
export class CurrentPhrases {
  private book: PhraseBook;
  private checkedAt = 0;
  private checking: Promise<void> | null = null;

  private constructor(
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    private readonly logger: Logger,
    book: PhraseBook,
    private updatedAt: string | null,
  ) {
    this.book = book;
  }

  /** Throws PhraseBookError when the stored phrases cannot be used at all. */
  static async open(catalogue: Catalogue, clock: Clock, logger: Logger): Promise<CurrentPhrases> {
    const { phrases, updatedAt } = await catalogue.phrases();
    return new CurrentPhrases(catalogue, clock, logger, PhraseBook.load(phrases), updatedAt);
  }

  /** The book as last read; a check for edits runs beside the turn, not in it. */
  current(): PhraseBook {
    const now = this.clock.now();
    if (!this.checking && now - this.checkedAt >= CHECK_MS) {
      this.checkedAt = now;
      this.checking = this.refresh().finally(() => {
        this.checking = null;
      });
    }
    return this.book;
  }

  private async refresh(): Promise<void> {
    try {
      const updatedAt = await this.catalogue.phrasesUpdatedAt();
      if (updatedAt === this.updatedAt) return;
      const read = await this.catalogue.phrases();
      this.updatedAt = read.updatedAt;
      this.book = PhraseBook.load(read.phrases);
      this.logger.info({ updatedAt }, 'phrases were read again');
    } catch (error) {
      this.logger.error({ err: error }, 'the edited phrases cannot be used; the last good ones stay');
    }
  }
}
