/** One figure of a benchmark; printed as a JSON line. */
export interface Figure {
  bench: string;
  metric: string;
  value: number;
  unit: string;
  /** How many observations it rests on. */
  n: number;
}

/** Collects the figures of one benchmark: a JSON line each as they come, a table at the end. */
export class BenchReport {
  readonly #figures: Figure[] = [];

  constructor(
    readonly bench: string,
    private readonly write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  ) {}

  add(metric: string, value: number, unit: string, n: number): void {
    const figure = { bench: this.bench, metric, value: Number(value.toPrecision(4)), unit, n };
    this.#figures.push(figure);
    this.write(JSON.stringify(figure));
  }

  table(): void {
    const width = Math.max(...this.#figures.map((figure) => figure.metric.length), 6);
    this.write('');
    this.write(`${'metric'.padEnd(width)}  ${'value'.padStart(12)}  unit`);
    for (const { metric, value, unit, n } of this.#figures) {
      this.write(`${metric.padEnd(width)}  ${String(value).padStart(12)}  ${unit} (n=${n})`);
    }
  }
}

/** A benchmark: `test/bench/<name>.ts` exports `run`. */
export type Bench = (report: BenchReport) => Promise<void>;
