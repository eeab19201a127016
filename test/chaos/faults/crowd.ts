import { setTimeout as sleep } from 'node:timers/promises';
import { damage } from '../audit.js';
import type { Line, PersistentClient } from './persistent-client.js';

const PLACES = ['Павелецкой', 'Белорусской', 'Курской', 'Таганской'];
/** Said by the clock when a job takes long, so not in every run. */
const PROGRESS = 'Готовлю ответ, это займёт ещё немного времени.';
/** Load before a fault begins and after it ended, ms. */
const LEAD_MS = 1_000;
const TAIL_MS = 1_000;
/** A client reads before it writes on, ms: the machine of the test has to start processes beside the load. */
const THINK_MS = 150;

/** What a client says; a search is a job of the workers. */
function script(number: number): string[] {
  return [
    `хочу снять офис метров ${100 + 10 * number} у ${PLACES[number]}`,
    `до ${number + 2} миллионов в месяц`,
    'ищи',
    `ой, площадь не ${100 + 10 * number} а ${200 + 10 * number}`,
    'ищи',
    'спасибо',
  ];
}

/** What clients saw of a fault. */
export interface FaultReport {
  sent: number;
  lost: number;
  duplicated: number;
  reordered: number;
  /** Attempts refused or broken; the client repeated them under the same id. */
  refused: number;
  /** Longest time in which no client was answered, ms. */
  silenceMs: number;
  /** From the end of the fault until every message sent before it is answered, ms. */
  recoveryMs: number;
  statuses: Record<string, number>;
  /** For a failed test: where conversations first left what was expected, at most three of them. */
  differences: { chatId: string; expected: string | undefined; actual: string | undefined }[];
}

/** Clients with scripted conversations: what the bot says to them in peace is what it has to say under a fault. */
export class Crowd {
  private readonly expected: Line[][] = [];
  private tell = told;

  constructor(
    private readonly client: PersistentClient,
    private readonly size: number,
  ) {}

  /** Plays every script once, undisturbed. */
  async rehearse(): Promise<void> {
    await Promise.all(
      PLACES.map(async (_place, number) => {
        for (const [index, text] of script(number).entries()) {
          await this.client.say(`peace-${number}`, `m${index}`, text);
        }
        this.expected[number] = await this.client.transcript(`peace-${number}`);
      }),
    );
  }

  /** `words`: the bot says exactly what it said in peace. `answers`: it answers each message, and says nothing twice. */
  judgeBy(measure: 'words' | 'answers'): void {
    this.tell = measure === 'words' ? told : answered;
  }

  /**
   * Lets the crowd talk, one conversation after another, while `fault` happens; its end is when it resolves. Everything
   * that was begun is finished.
   */
  async talkThrough(name: string, fault: () => Promise<void>): Promise<FaultReport> {
    const answers: { from: number; to: number }[] = [];
    const statuses: Record<string, number> = {};
    const finished: { chatId: string; number: number; said: number }[] = [];
    let refused = 0;
    let done = false;
    const talk = async (place: number) => {
      for (let round = 0; !done; round += 1) {
        const number = (place + round) % PLACES.length;
        const chatId = `${name}-${place}-${round}`;
        const texts = script(number);
        for (const [index, text] of texts.entries()) {
          const answered = await this.client.say(chatId, `m${index}`, text);
          answers.push(answered);
          await sleep(THINK_MS);
          refused += answered.refused;
          for (const status of answered.statuses) statuses[status] = (statuses[status] ?? 0) + 1;
        }
        finished.push({ chatId, number, said: texts.length });
      }
    };
    const began = performance.now();
    const crowd = Promise.all(Array.from({ length: this.size }, (_, place) => talk(place)));
    // Awaited below; a failure before that must not be an unhandled one.
    crowd.catch(() => {});
    let ended: number;
    try {
      await sleep(LEAD_MS);
      await fault();
    } finally {
      ended = performance.now();
      await sleep(TAIL_MS);
      done = true;
    }
    await crowd;
    const report: FaultReport = {
      sent: answers.length,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      refused,
      silenceMs: longestSilence(began, answers),
      recoveryMs: Math.max(
        0,
        ...answers.filter(({ from, to }) => from <= ended && to > ended).map(({ to }) => to - ended),
      ),
      statuses,
      differences: [],
    };
    for (const { chatId, number } of finished) {
      const expected = this.tell(this.expected[number] ?? []);
      const actual = this.tell(await this.client.transcript(chatId));
      const at = expected.findIndex((line, index) => line !== actual[index]);
      if (at >= 0 && report.differences.length < 3) {
        report.differences.push({ chatId, expected: expected[at], actual: actual[at] });
      }
      const part = damage(expected, actual);
      report.lost += part.lost;
      report.duplicated += part.duplicated;
      report.reordered += part.reordered;
    }
    return report;
  }
}

function longestSilence(began: number, answers: readonly { to: number }[]): number {
  const times = answers.map(({ to }) => to).sort((a, b) => a - b);
  return Math.max(0, ...times.map((time, index) => time - (times[index - 1] ?? began)));
}

/** What was said, less what differs from run to run: links, times, and the word of progress. */
function told(lines: readonly Line[]): string[] {
  return lines
    .filter(({ text }) => text !== PROGRESS)
    .map(({ author, text, buttons, cards, attachments }) =>
      JSON.stringify([author, text, buttons, cards, attachments?.map(({ name }) => name)]),
    );
}

/** What clients said, after each message that it was answered, and every line of the bot that repeats the one before it. */
function answered(lines: readonly Line[]): string[] {
  const said = told(lines);
  const kept: string[] = [];
  for (const [index, line] of lines.filter(({ text }) => text !== PROGRESS).entries()) {
    if (line.author === 'client') kept.push(line.text);
    else if (kept.at(-1) !== 'answered') kept.push('answered');
    else if (said[index] === said[index - 1]) kept.push('said twice');
  }
  return kept;
}
