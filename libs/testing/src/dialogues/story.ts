import { isMap, parseAllDocuments } from 'yaml';
import type { JsonObject } from '#libs/chats';

/** What `bot:` demands of the bot's messages since the last step of the client or manager. */
export interface BotExpectation {
  scenario?: string;
  /** Compared with the view's slots; only the named ones. `null` = must be absent. */
  slots?: Record<string, unknown>;
  /** The step the bot waits at. */
  asks?: string;
  contains?: string[];
  notContains?: string[];
  /** Exact number of files. */
  attachments?: number;
  /** Each must stand on a button, as its text or its payload. */
  buttons?: string[];
}

export type StoryStep =
  | { kind: 'user'; text: string }
  /** Several messages in one breath: they reach the bot in one turn. */
  | { kind: 'burst'; texts: string[] }
  | { kind: 'button'; payload: string }
  | { kind: 'manager'; text: string }
  /** A picture of which nothing is known: as in a house that cannot look at pictures. */
  | { kind: 'photo'; caption: string }
  /** Pictures of one message, beside the story's file. */
  | { kind: 'image'; files: string[]; caption: string }
  /** A manager gives the chat back, or takes it. */
  | { kind: 'owner'; owner: 'bot' | 'manager' }
  /** A timer of the chat runs out: `timer: manager.wait` or `timer: {name: follow-up, number: 1}`. */
  | { kind: 'timer'; name: string; data: JsonObject }
  /** The client changes an earlier message: `edit: {before: …, text: …}`. */
  | { kind: 'edit'; before: string; text: string }
  | { kind: 'bot'; expected: BotExpectation | 'none' };

export interface Story {
  name: string;
  file: string;
  steps: StoryStep[];
}

/** The file is not a dialogue story; the message names the story and the step. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

const EXPECTATIONS = ['scenario', 'slots', 'asks', 'contains', 'notContains', 'attachments', 'buttons'];

/** Reads the stories of one file, separated by `---`. @throws StoryError */
export function parseStories(file: string, text: string): Story[] {
  return parseAllDocuments(text, { prettyErrors: true }).flatMap((document, index) => {
    const where = `${file}#${index + 1}`;
    if (document.errors.length > 0) throw new StoryError(`${where}: ${document.errors[0]?.message}`);
    if (document.contents === null) return [];
    if (!isMap(document.contents)) throw new StoryError(`${where}: a story is a map with name and steps`);
    const { name, steps } = document.toJS({ maxAliasCount: 0 }) as { name?: unknown; steps?: unknown };
    if (typeof name !== 'string' || !Array.isArray(steps)) throw new StoryError(`${where}: name and steps are needed`);
    return [{ name, file, steps: steps.map((step, at) => parseStep(step, `${where} step ${at + 1}`)) }];
  });
}

function parseStep(step: unknown, where: string): StoryStep {
  if (typeof step !== 'object' || step === null || Object.keys(step).length !== 1)
    throw new StoryError(`${where}: one of user, button, manager, photo, image, owner, timer, edit, bot`);
  const [[kind, value]] = Object.entries(step) as [[string, unknown]];
  switch (kind) {
    case 'user':
      return Array.isArray(value) ? { kind: 'burst', texts: value.map(String) } : { kind: 'user', text: String(value) };
    case 'button':
      return { kind: 'button', payload: String(value) };
    case 'manager':
      return { kind: 'manager', text: String(value) };
    case 'photo':
      return { kind: 'photo', caption: captionOf(value) };
    case 'image':
      return { kind: 'image', files: filesOf(value, where), caption: captionOf(value) };
    case 'owner':
      if (value !== 'bot' && value !== 'manager') throw new StoryError(`${where}: owner is bot or manager`);
      return { kind: 'owner', owner: value };
    case 'timer':
      return parseTimer(value, where);
    case 'edit': {
      const { before, text } = (value ?? {}) as { before?: unknown; text?: unknown };
      if (typeof before !== 'string' || typeof text !== 'string') throw new StoryError(`${where}: before and text`);
      return { kind: 'edit', before, text };
    }
    case 'bot':
      return { kind: 'bot', expected: value === 'none' ? 'none' : parseExpectation(value, where) };
    default:
      throw new StoryError(`${where}: unknown step ${kind}`);
  }
}

/** `plan.png`, a list of files, or `{files, caption}`. */
function filesOf(value: unknown, where: string): string[] {
  const named = typeof value === 'object' && value !== null && 'files' in value ? value.files : value;
  const files = Array.isArray(named) ? named : [named];
  if (files.length === 0 || files.some((file) => typeof file !== 'string'))
    throw new StoryError(`${where}: image names a file or a list of files`);
  return files as string[];
}

function parseTimer(value: unknown, where: string): StoryStep {
  if (typeof value === 'string') return { kind: 'timer', name: value, data: {} };
  const { name, ...data } = (value ?? {}) as { name?: unknown } & JsonObject;
  if (typeof name !== 'string') throw new StoryError(`${where}: a timer has a name`);
  return { kind: 'timer', name, data };
}

function captionOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { caption } = value as { caption?: unknown };
  return typeof caption === 'string' ? caption : '';
}

function parseExpectation(value: unknown, where: string): BotExpectation {
  if (typeof value !== 'object' || value === null) throw new StoryError(`${where}: bot expects a map or none`);
  const map = value as Record<string, unknown>;
  for (const key of Object.keys(map))
    if (!EXPECTATIONS.includes(key)) throw new StoryError(`${where}: unknown expectation ${key}`);
  return {
    ...(map.scenario === undefined ? {} : { scenario: String(map.scenario) }),
    ...(map.slots === undefined ? {} : { slots: map.slots as Record<string, unknown> }),
    ...(map.asks === undefined ? {} : { asks: String(map.asks) }),
    ...(map.contains === undefined ? {} : { contains: list(map.contains) }),
    ...(map.notContains === undefined ? {} : { notContains: list(map.notContains) }),
    ...(map.attachments === undefined ? {} : { attachments: Number(map.attachments) }),
    ...(map.buttons === undefined ? {} : { buttons: list(map.buttons) }),
  };
}

function list(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}
