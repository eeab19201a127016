/**
 * The messages as the server numbered them. Whatever arrives twice, late or with a hole before it, `onMessage` is called
 * once for each `seq` and in order: a hole is read from the server before anything after it is shown.
 */
export class Transcript {
  #last = 0;
  #waiting = new Map();
  #filling = null;

  constructor({ read, onMessage }) {
    this.read = read;
    this.onMessage = onMessage;
  }

  /** `seq` of the newest message shown; 0 when there is none. */
  get last() {
    return this.#last;
  }

  /** Takes one message from the live stream. */
  accept(message) {
    if (message.seq <= this.#last) return;
    this.#waiting.set(message.seq, message);
    this.#drain();
    if (this.#waiting.size > 0) this.catchUp().catch(() => {});
  }

  /** Reads everything the server has after the last message shown. One reading at a time; rejects when the server is away. */
  catchUp() {
    this.#filling ??= this.#readAll().finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  async #readAll() {
    for (;;) {
      const messages = await this.read(this.#last);
      if (messages.length === 0) break;
      const before = this.#last;
      for (const message of messages) if (message.seq > this.#last) this.#waiting.set(message.seq, message);
      this.#drain();
      // The server numbers without gaps; if it ever did not, showing the rest beats waiting for ever.
      if (this.#last === before) this.#skipHole();
    }
  }

  #drain() {
    for (let next = this.#waiting.get(this.#last + 1); next; next = this.#waiting.get(this.#last + 1)) {
      this.#waiting.delete(next.seq);
      this.#last = next.seq;
      this.onMessage(next);
    }
  }

  #skipHole() {
    if (this.#waiting.size === 0) return;
    this.#last = Math.min(...this.#waiting.keys()) - 1;
    this.#drain();
  }
}
