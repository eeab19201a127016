/** Collects notes by topic and hands them over together, so that a burst costs one message to the server and not one a note. */
export class WakeBatch {
  private readonly waiting = new Map<string, Set<string>>();
  private planned: NodeJS.Immediate | undefined;

  constructor(private readonly send: (topic: string, notes: string[]) => void) {}

  add(topic: string, note: string): void {
    const notes = this.waiting.get(topic);
    if (notes) notes.add(note);
    else this.waiting.set(topic, new Set([note]));
    this.planned ??= setImmediate(() => this.flush());
  }

  /** Hands over what waits now. */
  flush(): void {
    clearImmediate(this.planned);
    this.planned = undefined;
    for (const [topic, notes] of this.waiting) this.send(topic, [...notes]);
    this.waiting.clear();
  }
}
