/** How long wake-ups of a lane nobody waits for are gathered, ms. */
const GATHER_MS = 200;

/**
 * Wake-ups for a target no client waits for, such as the CRM: gathered and passed on together, each chat once, a few times a second.
 * One by one, every message of every chat would wake the process that serves the target.
 */
export class PacedWakes {
  private readonly waiting = new Map<string, Set<string>>();
  private planned: NodeJS.Timeout | undefined;

  constructor(private readonly publish: (target: string, chatId: string) => void) {}

  add(target: string, chatId: string): void {
    const chats = this.waiting.get(target);
    if (chats) chats.add(chatId);
    else this.waiting.set(target, new Set([chatId]));
    this.planned ??= setTimeout(() => this.flush(), GATHER_MS).unref();
  }

  /** Passes on what was gathered. */
  flush(): void {
    clearTimeout(this.planned);
    this.planned = undefined;
    for (const [target, chats] of this.waiting) for (const chatId of chats) this.publish(target, chatId);
    this.waiting.clear();
  }
}
