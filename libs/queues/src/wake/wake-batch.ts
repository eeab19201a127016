/** Collects chats by topic and hands them over together, so that a burst costs one message to the server and not one a chat. */
export class WakeBatch {
  private readonly waiting = new Map<string, Set<string>>();
  private planned: NodeJS.Immediate | undefined;

  constructor(private readonly send: (topic: string, chatIds: string[]) => void) {}

  add(topic: string, chatId: string): void {
    const chats = this.waiting.get(topic);
    if (chats) chats.add(chatId);
    else this.waiting.set(topic, new Set([chatId]));
    this.planned ??= setImmediate(() => this.flush());
  }

  /** Hands over what waits now. */
  flush(): void {
    clearImmediate(this.planned);
    this.planned = undefined;
    for (const [topic, chats] of this.waiting) this.send(topic, [...chats]);
    this.waiting.clear();
  }
}
