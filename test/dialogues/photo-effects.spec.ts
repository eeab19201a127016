import path from 'node:path';
import { MemorySaver } from '@langchain/langgraph';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChatEvent, Effect, JsonValue, Owner } from '#libs/chats';
import { createDialogGraph, type DialogState, runTurn } from '#libs/dialog';
import type { DetectResult, FastResult, ImageKind, OcrResult } from '#libs/vision';
import { StoryHouse } from '../../libs/testing/src/dialogues/story-house.js';

let house: StoryHouse;
let sequence = 0;

beforeAll(async () => {
  house = await StoryHouse.open(path.join(import.meta.dirname, '../../data'));
});

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];

const fast = (...pictures: [string, ImageKind][]): FastResult => ({
  pictures: pictures.map(([fileId, kind]) => ({
    fileId,
    analysis: {
      fileId,
      sha256: fileId,
      image: { format: 'png', width: 1, height: 1, bytes: 1 },
      kind,
      probability: 0.9,
      hash: { phash: fileId.slice(0, 16), dhash: fileId.repeat(2).slice(0, 64) },
      similar: [],
      next: kind === 'photo' ? ['detect'] : ['ocr'],
      steps: [],
      estates: [],
      repeats: [],
    },
  })),
});
const detect = (...fileIds: string[]): DetectResult => ({
  pictures: fileIds.map((fileId) => ({ fileId, analysis: { fileId, objects: [], fitOut: 'unknown', steps: [] } })),
});
const ocr = (areaSqm: number, ...fileIds: string[]): OcrResult => ({
  pictures: fileIds.map((fileId) => ({
    fileId,
    analysis: {
      fileId,
      text: `Площадь ${areaSqm} м²`,
      confidence: 0.9,
      fields: { areaSqm: { value: areaSqm, text: '', confidence: 0.9 } },
      steps: [],
    },
  })),
});

/** A chat whose jobs the test answers itself. */
function chat() {
  sequence += 1;
  const chatId = `photo-${sequence}`;
  const graph = createDialogGraph(house.deps, new MemorySaver());
  let owner: Owner = 'bot';
  const id = () => {
    sequence += 1;
    return { id: `p${sequence}`, at: '2026-11-21T09:00:00.000Z' };
  };
  const turn = async (event: ChatEvent) => {
    const output = await runTurn(graph, { chatId, events: [event], owner });
    if (event.kind === 'manager') owner = 'manager';
    if (event.kind === 'owner') owner = event.owner;
    return output.effects;
  };
  const file = (fileId: string) => ({ fileId, name: 'a.png', contentType: 'image/png', size: 10 });
  return {
    say: (text: string) => turn({ kind: 'client', ...id(), text }),
    press: (button: string) => turn({ kind: 'client', ...id(), button }),
    send: (...fileIds: string[]) => turn({ kind: 'client', ...id(), attachments: fileIds.map(file) }),
    manager: (text: string) => turn({ kind: 'manager', ...id(), text }),
    timer: (name: string) => turn({ kind: 'timer', ...id(), name }),
    done: (name: string, result: unknown) =>
      turn({ kind: 'job', ...id(), jobId: 'j', name, status: 'completed', result: result as JsonValue }),
    failed: (name: string, code: string) =>
      turn({ kind: 'job', ...id(), jobId: 'j', name, status: 'failed', problem: { code, detail: '' } }),
    state: async () => (await graph.getState({ configurable: { thread_id: chatId } })).values as DialogState,
  };
}

const texts = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'reply' ? [effect.message.text] : []));
const jobs = (effects: readonly Effect[]) => effects.flatMap((effect) => (effect.type === 'job' ? [effect] : []));
const labels = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'label' ? effect.labels : []));

describe('jobs about pictures', () => {
  it('a quick look first, then what each picture deserves; references only', async () => {
    const c = chat();
    const effects = await c.send(A, B);
    expect(jobs(effects)).toEqual([
      { type: 'job', name: 'vision.fast', payload: { pictures: [{ fileId: A }, { fileId: B }], earlier: [] } },
    ]);
    expect(effects).toContainEqual({ type: 'timer', name: 'photo.progress', afterMs: 3_000 });
    expect(texts(effects)).toEqual([]);
    expect(jobs(await c.done('vision.fast', fast([A, 'photo'], [B, 'plan'])))).toEqual([
      { type: 'job', name: 'vision.detect', payload: { pictures: [{ fileId: A }] } },
      { type: 'job', name: 'vision.ocr', payload: { pictures: [{ fileId: B }] } },
    ]);
    expect(texts(await c.done('vision.detect', detect(A)))).toEqual([]);
    const answered = await c.done('vision.ocr', ocr(146.2, B));
    expect(texts(answered)).toHaveLength(2);
    expect(answered).toContainEqual({ type: 'cancel-timer', name: 'photo.progress' });
  });

  it('nothing heavier runs for a picture that deserves nothing', async () => {
    const c = chat();
    await c.send(A);
    const other = fast([A, 'other']);
    if ('analysis' in other.pictures[0]!) other.pictures[0].analysis.next = [];
    const effects = await c.done('vision.fast', other);
    expect(jobs(effects)).toEqual([]);
    expect(texts(effects).join()).toContain('не фото помещения');
  });

  it('a second picture meanwhile: both are answered together, once', async () => {
    const c = chat();
    await c.send(A);
    await c.done('vision.fast', fast([A, 'plan']));
    const [again] = jobs(await c.send(B));
    expect(again?.payload).toMatchObject({ pictures: [{ fileId: A }, { fileId: B }] });
    // The reading of the first alone is replaced: answered as superseded, or with its result if that came first.
    expect(texts(await c.done('vision.ocr', ocr(10, A)))).toEqual([]);
    await c.done('vision.fast', fast([A, 'plan'], [B, 'plan']));
    const answered = texts(await c.done('vision.ocr', ocr(20, A, B)));
    expect(answered[0]).toMatch(/^1\. .+\n2\. /);
    expect(answered.join()).not.toMatch(/(?<!\d)10\s?м²/);
    expect(texts(await c.done('vision.ocr', ocr(30, A)))).toEqual([]);
  });

  it('says that it is still looking only while it is', async () => {
    const c = chat();
    await c.send(A);
    expect(texts(await c.timer('photo.progress')).join()).toContain('Смотрю на картинку');
    await c.failed('vision.fast', 'JOB_FAILED');
    expect(texts(await c.timer('photo.progress'))).toEqual([]);
  });

  it('does not wait without end where nobody looks at pictures', async () => {
    const c = chat();
    await c.say('хочу снять офис у Павелецкой');
    await c.send(A);
    expect(await c.timer('photo.progress')).toContainEqual({ type: 'timer', name: 'photo.limit', afterMs: 120_000 });
    expect(texts(await c.timer('photo.limit')).join()).toContain('Распознавать изображения я пока не умею');
    expect(await c.state()).toMatchObject({ scenario: 'search', step: 'area' });
    // What comes after all is of no use to anybody.
    expect(texts(await c.done('vision.fast', fast([A, 'plan'])))).toEqual([]);
    await c.send(B);
    await c.done('vision.fast', fast([B, 'plan']));
    await c.timer('photo.progress');
    expect(texts(await c.timer('photo.limit')).join()).toContain('Прочитать текст пока не могу');
    expect(texts(await c.timer('photo.limit'))).toEqual([]);
  });

  it.each([
    ['JOB_FAILED', 'Посмотреть картинку не получилось'],
    ['VISION_UNAVAILABLE', 'Распознавать изображения я пока не умею'],
  ])('%s at a question: said, with a manager, and the question stands', async (code, words) => {
    const c = chat();
    await c.say('хочу снять офис у Павелецкой');
    await c.send(A);
    const effects = await c.failed('vision.fast', code);
    expect(texts(effects).join('\n')).toContain(words);
    expect(JSON.stringify(effects)).toContain('handoff.start');
    expect(await c.state()).toMatchObject({ scenario: 'search', step: 'area' });
  });

  it('a reading that broke is told, the rest is answered', async () => {
    const c = chat();
    await c.send(A);
    await c.done('vision.fast', fast([A, 'plan']));
    const effects = await c.failed('vision.ocr', 'JOB_FAILED');
    expect(texts(effects).join('\n')).toContain('Прочитать текст пока не могу');
  });

  it('after a restart nothing of the picture is told', async () => {
    const c = chat();
    await c.send(A);
    await c.done('vision.fast', fast([A, 'plan']));
    await c.say('начать сначала');
    expect(texts(await c.done('vision.ocr', ocr(146, A)))).toEqual([]);
    await c.send(B);
    await c.done('vision.fast', fast([B, 'plan']));
    expect(texts(await c.done('vision.ocr', ocr(20, B))).join()).toMatch(/20\s?м²/);
  });

  it('a search that came back while a question about a picture stood is run again on the return', async () => {
    const c = chat();
    await c.say('сниму офис 100 м² у Павелецкой до 1,5 млн в месяц');
    await c.press('search.confirm');
    await c.send(A);
    await c.done('vision.fast', fast([A, 'photo']));
    await c.done('vision.detect', detect(A));
    expect((await c.state()).scenario).toBe('photo');
    await c.done('search', { hits: [], total: 0, relaxations: [] });
    expect(jobs(await c.press('photo.skip')).map(({ name }) => name)).toEqual(['search']);
    expect(await c.state()).toMatchObject({ scenario: 'search', step: 'working' });
  });

  it('keeps the state small however many pictures come', async () => {
    const c = chat();
    for (let at = 0; at < 24; at += 1) {
      const fileId = at.toString(16).padStart(40, '0');
      await c.send(fileId);
      await c.done('vision.fast', fast([fileId, 'plan']));
      await c.done('vision.ocr', ocr(100 + at, fileId));
      await c.press('photo.skip');
    }
    const { pictures } = await c.state();
    expect(pictures.earlier).toHaveLength(20);
    expect(JSON.stringify(pictures).length).toBeLessThan(6_000);
  });
});

describe('labels', () => {
  async function shown(kind: ImageKind) {
    const c = chat();
    await c.send(A);
    await c.done('vision.fast', fast([A, kind]));
    await c.done('vision.detect', detect(A));
    return c;
  }

  it('a client’s word about the premises is kept', async () => {
    const c = await shown('photo');
    expect(labels(await c.say('под отделку'))).toEqual([
      { fileId: A, set: 'fit-out', label: 'shell', author: 'client' },
    ]);
  });

  it('a manager’s word counts as a manager’s; what is no verdict is none', async () => {
    const c = await shown('photo');
    expect(labels(await c.manager('Добрый день! Посмотрю и отвечу в течение часа, спасибо'))).toEqual([]);
    expect(labels(await c.manager('частичная отделка'))).toEqual([
      { fileId: A, set: 'fit-out', label: 'partial', author: 'manager' },
    ]);
  });

  it('no premises on it: the kind is kept, not a condition', async () => {
    const c = await shown('photo');
    expect(labels(await c.press('photo.fitOut:none'))).toEqual([
      { fileId: A, set: 'kind', label: 'other', author: 'client' },
    ]);
  });
});
