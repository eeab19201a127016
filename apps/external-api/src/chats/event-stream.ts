import type { Response } from 'express';

/** The stream says something at least this often, so that proxies and clients can tell silence from death. */
const HEARTBEAT_MS = 15_000;
/** A reader who falls behind by this many bytes is cut off and resumes by Last-Event-ID. */
const MAX_BACKLOG = 1024 * 1024;

/** One open server-sent-events response. */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;
  private readonly closing: (() => void)[] = [];
  private open = true;

  constructor(private readonly response: Response) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      Connection: 'keep-alive',
      // nginx would otherwise hold events back until its buffer fills.
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 1000\n\n');
    this.heartbeat = setInterval(() => this.send('ping', {}), HEARTBEAT_MS);
    response.on('close', () => this.close());
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Sends one event; `id` is what Last-Event-ID will say when the reader comes back. */
  send(event: string, data: unknown, id?: number): void {
    if (!this.open) return;
    // JSON has no raw line breaks, so one data line always holds it.
    this.response.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
    if (this.response.writableLength > MAX_BACKLOG) this.response.destroy();
  }

  onClose(listener: () => void): void {
    this.closing.push(listener);
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    clearInterval(this.heartbeat);
    for (const listener of this.closing) listener();
    this.response.end();
  }
}

/** Bounds how many streams may be open: in all, and for one reader. */
export class StreamLimit {
  private readonly perReader = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly maxTotal = 2_000,
    private readonly maxPerReader = 10,
  ) {}

  /** Takes a place; false when there is none. */
  enter(reader: string): boolean {
    const count = this.perReader.get(reader) ?? 0;
    if (this.total >= this.maxTotal || count >= this.maxPerReader) return false;
    this.total++;
    this.perReader.set(reader, count + 1);
    return true;
  }

  leave(reader: string): void {
    const count = this.perReader.get(reader) ?? 0;
    if (count === 0) return;
    this.total--;
    if (count === 1) this.perReader.delete(reader);
    else this.perReader.set(reader, count - 1);
  }
}
