interface Waiting {
  bytes: number;
  start: () => void;
}

/** Lets work begin as long as few enough are at it and their memory together stays within a limit; first come, first served. */
export class MemoryGate {
  private readonly queue: Waiting[] = [];
  private running = 0;
  private bytes = 0;

  constructor(private readonly limits: { atOnce: number; bytes: number }) {}

  /** @param bytes what the work will need; more than the limit is let in alone */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.queue.length > 0 || !this.fits(bytes)) {
      await new Promise<void>((start) => this.queue.push({ bytes, start }));
    } else this.enter(bytes);
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.bytes -= bytes;
      for (let next = this.queue[0]; next && this.fits(next.bytes); next = this.queue[0]) {
        this.queue.shift();
        this.enter(next.bytes);
        next.start();
      }
    }
  }

  private fits(bytes: number): boolean {
    if (this.running === 0) return true;
    return this.running < this.limits.atOnce && this.bytes + bytes <= this.limits.bytes;
  }

  private enter(bytes: number): void {
    this.running += 1;
    this.bytes += bytes;
  }
}
