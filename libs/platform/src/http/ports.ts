const WRITTEN = /^(\d{1,5})(?:-(\d{1,5}))?$/;
const MAX_PORT = 65_535;

/** TCP ports written as `443` or `1024-65535`. */
export class Ports {
  private readonly ranges: readonly { from: number; to: number }[];

  /** Throws RangeError for what is no port and no range of ports. */
  constructor(ports: readonly string[]) {
    this.ranges = ports.map((written) => {
      const [, first, last = first] = WRITTEN.exec(written) ?? [];
      const [from, to] = [Number(first), Number(last)];
      if (!(from >= 1 && from <= to && to <= MAX_PORT)) throw new RangeError('ports are written as 443 or 1024-65535');
      return { from, to };
    });
  }

  has(port: number): boolean {
    return this.ranges.some(({ from, to }) => port >= from && port <= to);
  }
}
