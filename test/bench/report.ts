/** One figure of a benchmark; printed as a JSON line. */
export interface Figure {
  bench: string;
  metric: string;
  value: number;
  unit: string;
  /** How many observations it rests on. */
  n: number;
}

/** A bound a figure is held to. */
export type Aim = { atLeast: number } | { atMost: number };

/** Collects the figures of one benchmark: a JSON line each as they come, a table at the end. */
export class BenchReport {
  readonly #figures: Figure[] = [];
  readonly #aims = new Map<string, string>();

  constructor(
    readonly bench: string,
    private readonly write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
  ) {}

  add(metric: string, value: number, unit: string, n: number): void {
    const figure = { bench: this.bench, metric, value: Number(value.toPrecision(4)), unit, n };
    this.#figures.push(figure);
    this.write(JSON.stringify(figure));
  }

  /** A ratio or a count with its bound; the table says whether it is met. */
  aim(metric: string, value: number, aim: Aim, n: number): void {
    const isMet = 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost;
    const bound = 'atLeast' in aim ? `>= ${aim.atLeast}` : `<= ${aim.atMost}`;
    this.#aims.set(metric, `  aim ${bound}: ${isMet ? 'met' : 'MISSED'}`);
    this.add(metric, value, 'x', n);
  }

  table(): void {
    const width = Math.max(...this.#figures.map((figure) => figure.metric.length), 6);
    this.write('');
    this.write(`${'metric'.padEnd(width)}  ${'value'.padStart(12)}  unit`);
    for (const { metric, value, unit, n } of this.#figures) {
      this.write(
        `${metric.padEnd(width)}  ${String(value).padStart(12)}  ${unit} (n=${n})${this.#aims.get(metric) ?? ''}`,
      );
    }
  }
}

/** A benchmark: `test/bench/<name>.ts` exports `run`. */
export type Bench = (report: BenchReport) => Promise<void>;
