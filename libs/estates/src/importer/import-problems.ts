import { EstatesError } from '../errors.js';

/** Where and why a row was refused. */
export interface ImportProblem {
  file: string;
  line: number;
  field: string;
  problem: string;
}

/** Nothing was loaded: the rows listed are bad. The message has a line for each. */
export class ImportRefusedError extends EstatesError {
  constructor(
    readonly problems: readonly ImportProblem[],
    readonly more: boolean,
  ) {
    const rows = problems.map(({ file, line, field, problem }) => `${file}:${line}: ${field} ${problem}`);
    super('INVALID_CATALOGUE', [...rows, ...(more ? ['… and more'] : [])].join('\n'), { problems });
  }
}

/** Collects refused rows up to a limit: a file of the wrong kind must not fill the screen. */
export class ImportProblems {
  private readonly found: ImportProblem[] = [];

  constructor(private readonly limit = 50) {}

  add(problem: ImportProblem): void {
    this.found.push(problem);
    if (this.found.length > this.limit) this.refuse();
  }

  get any(): boolean {
    return this.found.length > 0;
  }

  /** Throws when anything was refused; the rows come in the order of the file. */
  refuse(): void {
    if (!this.any) return;
    const shown = this.found.slice(0, this.limit).sort((a, b) => a.line - b.line);
    throw new ImportRefusedError(shown, this.found.length > this.limit);
  }
}
