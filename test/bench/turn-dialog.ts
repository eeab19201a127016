import path from 'node:path';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import { createDialogGraph, type DialogDeps, type DialogGraph } from '#libs/dialog';
import { StoryHouse } from '../../libs/testing/src/dialogues/story-house.js';

/** What a client writes in a new chat: a request, answers, a question aside, a correction. One reply or more to each. */
const OPENING = [
  'хочу снять офис метров сто у Павелецкой',
  'до полутора миллионов в месяц',
  'ой, площадь не 100 а 150',
  'а какая у вас комиссия?',
  'класс А',
];

/** What a long chat goes on with: the form stays open, the state stays at its bound. */
const ONGOING = [
  'нет, площадь 120 метров',
  'бюджет до двух миллионов в месяц',
  'лучше у Белорусской',
  'а сколько длится подбор?',
  'давайте от 100 до 200 метров',
  'до полутора миллионов в месяц',
  'всё же у Павелецкой',
];

/** The client's words at a turn of a chat, from 0. */
export function clientText(turn: number): string {
  return OPENING[turn] ?? ONGOING[(turn - OPENING.length) % ONGOING.length] ?? '';
}

/** The dialog of the product over the demo data in memory: rules read the client, nothing is asked of a network or a disk. */
export class TurnDialog {
  private constructor(readonly deps: DialogDeps) {}

  static async open(): Promise<TurnDialog> {
    const root = path.resolve(import.meta.dirname, '../../..');
    return new TurnDialog((await StoryHouse.open(path.join(root, 'data'))).deps);
  }

  /** One turn of a chat over the checkpointer; LangGraph's default durability unless told. Throws when the bot says nothing. */
  over(checkpointer: BaseCheckpointSaver): (text: string, config: RunnableConfig & Durability) => Promise<void> {
    const graph: DialogGraph = createDialogGraph(this.deps, checkpointer);
    return async (text, config) => {
      const { effects } = await graph.invoke(
        { queue: [{ kind: 'text', text, attachments: [], passedBy: [] }], owner: 'bot', effects: [] },
        { recursionLimit: 12, ...config },
      );
      if (!effects.some((effect) => effect.type === 'reply')) throw new Error(`no reply to «${text}»`);
    };
  }
}

interface Durability {
  durability?: 'exit';
}
