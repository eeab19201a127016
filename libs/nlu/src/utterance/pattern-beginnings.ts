/** A character that may be anything; it ends what is known of a beginning. */
const ANY = '\u0000';
/** A class of more characters than this counts as anything. */
const MOST_OF_CLASS = 12;

/** The strings a piece of a pattern may begin with: shorter than the asked length only where the piece ends or `ANY` follows. */
type Starts = ReadonlySet<string>;

const EMPTY: Starts = new Set(['']);

/** Every beginning of `left` followed by every beginning of `right`, cut to `length`. */
function joined(left: Starts, right: Starts, length: number): Starts {
  const out = new Set<string>();
  for (const a of left) {
    if (a.length >= length || a.endsWith(ANY)) out.add(a);
    else for (const b of right) out.add((a + b).slice(0, length));
  }
  return out;
}

const union = (left: Starts, right: Starts): Starts => new Set([...left, ...right]);

/** Reads one pattern source from left to right. Supports what the patterns of this lib use; anything else counts as `ANY`. */
class SourceReader {
  private at = 0;

  constructor(
    private readonly source: string,
    private readonly length: number,
  ) {}

  /** Alternatives up to a closing bracket or the end. */
  alternatives(): Starts {
    let all: Starts = this.sequence();
    while (this.source[this.at] === '|') {
      this.at++;
      all = union(all, this.sequence());
    }
    return all;
  }

  private sequence(): Starts {
    let starts = EMPTY;
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')')
      starts = joined(starts, this.repeated(this.atom()), this.length);
    return starts;
  }

  private repeated(atom: Starts): Starts {
    const { source } = this;
    const sign = source[this.at];
    let least = 1;
    let most = 1;
    if (sign === '?') [least, most] = [0, 1];
    else if (sign === '*') [least, most] = [0, this.length];
    else if (sign === '+') most = this.length;
    else if (sign === '{') {
      const bounds = /^\{(\d+)(,?)(\d*)\}/.exec(source.slice(this.at));
      least = Number(bounds?.[1]);
      most = bounds?.[2] ? Math.min(this.length, Number(bounds[3] || this.length)) : least;
      this.at += (bounds?.[0].length ?? 1) - 1;
    }
    if (sign === '?' || sign === '*' || sign === '+' || sign === '{') {
      this.at++;
      if (source[this.at] === '?') this.at++;
    }
    let out = least === 0 ? EMPTY : new Set<string>();
    let times = EMPTY;
    for (let n = 1; n <= Math.max(most, least) && n <= this.length + 1; n++) {
      times = joined(times, atom, this.length);
      if (n >= least) out = union(out, times);
    }
    return out.size > 0 ? out : times;
  }

  private atom(): Starts {
    const { source } = this;
    const char = source.charAt(this.at++);
    if (char === '(') return this.group();
    if (char === '[') return this.characterClass();
    if (char === '^' || char === '$') return EMPTY;
    if (char === '.') return new Set([ANY]);
    if (char !== '\\') return new Set([char]);
    const escaped = source.charAt(this.at++);
    if (escaped === 'd') return new Set('0123456789');
    if (escaped === 'b') return EMPTY;
    return /[a-zA-Z0-9]/.test(escaped) ? new Set([ANY]) : new Set([escaped]);
  }

  private group(): Starts {
    const kind = /^\?(?::|<?[=!])/.exec(this.source.slice(this.at))?.[0] ?? '';
    this.at += kind.length;
    const inside = this.alternatives();
    this.at++;
    // Looking around takes no characters.
    return kind === '' || kind === '?:' ? inside : EMPTY;
  }

  private characterClass(): Starts {
    const end = this.source.indexOf(']', this.at + 1);
    const body = this.source.slice(this.at, end);
    this.at = end + 1;
    const plain = !/^\^|-(?!$)|\\/.test(body) && body.length <= MOST_OF_CLASS;
    return plain ? new Set(body) : new Set([ANY]);
  }
}

/**
 * The strings with which a match of the pattern may begin, each up to `length` characters; shorter ones may be followed by
 * anything. `undefined` when it may begin with anything or with nothing.
 */
export function beginnings(source: string, length: number): string[] | undefined {
  const starts = [...new SourceReader(source, length).alternatives()].map((start) => start.replace(ANY, ''));
  return starts.some((start) => start === '') ? undefined : starts;
}
