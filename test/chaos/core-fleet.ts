import { ProductProcess } from './product-process.js';

const ENTRY = 'test/chaos/core-process';

/** Core processes that are killed and replaced; a replacement boots while the others serve. */
export class CoreFleet {
  kills = 0;
  freezes = 0;
  readonly #ready: ProductProcess[] = [];
  readonly #booting = new Set<Promise<void>>();

  constructor(
    private readonly size: number,
    private readonly env: Record<string, string>,
  ) {}

  async start(): Promise<void> {
    for (let index = 0; index < this.size; index += 1) this.#boot();
    await Promise.all(this.#booting);
  }

  /** Processes that serve now. */
  get serving(): number {
    return this.#ready.length;
  }

  /** SIGKILL to one of the serving processes; a new one takes its place. */
  async kill(random: number): Promise<void> {
    const [victim] = this.#ready.splice(Math.floor(random * this.#ready.length), 1);
    if (!victim) return;
    this.kills += 1;
    await victim.kill();
    this.#boot();
  }

  /** SIGSTOP for `ms`, then SIGCONT: longer than the lease, so the process wakes up with a lost one. */
  async freeze(random: number, ms: number): Promise<void> {
    const victim = this.#ready[Math.floor(random * this.#ready.length)];
    if (!victim) return;
    this.freezes += 1;
    victim.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, ms));
    victim.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#booting);
    await Promise.all(this.#ready.splice(0).map((process) => process.kill()));
  }

  #boot(): void {
    const booting: Promise<void> = ProductProcess.start(ENTRY, this.env)
      .then((process) => void this.#ready.push(process))
      .finally(() => this.#booting.delete(booting));
    this.#booting.add(booting);
    // Awaited by start and stop; a failure between them shows as a fleet that gets smaller.
    booting.catch(() => {});
  }
}
