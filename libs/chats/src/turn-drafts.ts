import type { ChatSignals } from './chat-signals.js';
import { DRAFT_BYTES, type Draft } from './draft.js';
import { answeredMessage } from './turn-plan.js';
import type { Claim } from './turn-store.js';

/** The drafts of one turn, from its claim to its end; none while a manager owns the chat. */
export class TurnDrafts {
  readonly #ground: Omit<Draft, 'text'>;
  #hasShown = false;
  #isOver: boolean;

  constructor(
    claim: Claim,
    private readonly signals: ChatSignals,
    private readonly signal: AbortSignal,
  ) {
    const { chatId, fence, epoch, turn } = claim;
    const inReplyTo = answeredMessage(claim.events);
    this.#ground = { chatId, fence, epoch, turn, ...(inReplyTo !== null && { inReplyTo }) };
    this.#isOver = claim.owner !== 'bot';
  }

  /** Shows the whole text so far; what is too long or comes too late is not shown. */
  show(text: string): void {
    if (this.#isOver || this.signal.aborted || text === '' || Buffer.byteLength(text) > DRAFT_BYTES) return;
    this.#hasShown = true;
    this.signals.emit('draft', { ...this.#ground, text });
  }

  /** The turn is committed or given up: readers look at the chat and see that it is over. */
  end(): void {
    this.#isOver = true;
    if (this.#hasShown) this.signals.emit('changed', this.#ground.chatId);
  }
}
