import { MemorySaver } from '@langchain/langgraph';
import type { ChatEvent, Effect, JsonObject, MessageContent, Owner } from '#libs/chats';
import { createDialogGraph, type DialogDeps, type DialogGraph, type DialogView, runTurn } from '#libs/dialog';
import type { ChatSnapshot, DialogDriver } from './driver.js';
import type { JobHandler } from './job-handler.js';
import { StoryPictures } from './story-pictures.js';

/** Turns of one step: a job's result may ask for another job, never for ever. */
const TURNS_LIMIT = 8;

/** Plays a chat on the dialog graph alone: memory instead of Postgres, jobs done on the spot, ownership as the outbox would set it. */
export class InProcessDriver implements DialogDriver {
  private owning: Owner = 'bot';
  private sequence = 0;
  private view: DialogView = { scenario: null, step: null, slots: {} };
  /** Every effect of the chat in order; for tests that look beyond messages. */
  readonly effects: Effect[] = [];

  constructor(
    private readonly graph: DialogGraph,
    private readonly jobs: Readonly<Record<string, JobHandler>>,
    private readonly chatId: string,
    private readonly pictures: Pick<StoryPictures, 'attach'> = new StoryPictures(),
  ) {}

  static create(deps: DialogDeps, jobs: Readonly<Record<string, JobHandler>>, chatId: string): InProcessDriver {
    const pictures = new StoryPictures();
    const handlers = { ...pictures.handlers(), ...jobs };
    return new InProcessDriver(createDialogGraph(deps, new MemorySaver()), handlers, chatId, pictures);
  }

  user(texts: readonly string[]): Promise<MessageContent[]> {
    return this.turn(texts.map((text) => ({ kind: 'client', ...this.stamp(), text })));
  }

  button(payload: string): Promise<MessageContent[]> {
    return this.turn([{ kind: 'client', ...this.stamp(), button: payload }]);
  }

  photo(caption: string): Promise<MessageContent[]> {
    const file = { fileId: 'photo-1', name: 'photo.jpg', contentType: 'image/jpeg', size: 1000 };
    return this.turn([{ kind: 'client', ...this.stamp(), text: caption, attachments: [file] }]);
  }

  images(files: readonly string[], caption: string): Promise<MessageContent[]> {
    const attachments = files.map((file) => this.pictures.attach(file));
    return this.turn([{ kind: 'client', ...this.stamp(), text: caption, attachments }]);
  }

  manager(text: string): Promise<MessageContent[]> {
    return this.turn([{ kind: 'manager', ...this.stamp(), text }]);
  }

  owner(owner: Owner): Promise<MessageContent[]> {
    return this.turn([{ kind: 'owner', ...this.stamp(), owner, reason: 'returned' }]);
  }

  timer(name: string, data: JsonObject): Promise<MessageContent[]> {
    return this.turn([{ kind: 'timer', ...this.stamp(), name, data }]);
  }

  edit(before: string, text: string): Promise<MessageContent[]> {
    const stamp = this.stamp();
    return this.turn([{ kind: 'client', ...stamp, text, edit: { of: stamp.id, before } }]);
  }

  async snapshot(): Promise<ChatSnapshot> {
    return this.view;
  }

  private stamp(): { id: string; at: string } {
    this.sequence += 1;
    return { id: `m${this.sequence}`, at: new Date(Date.UTC(2026, 10, 21) + this.sequence * 1000).toISOString() };
  }

  private async turn(first: ChatEvent[]): Promise<MessageContent[]> {
    const said: MessageContent[] = [];
    let events = first;
    for (let turn = 0; events.length > 0 && turn < TURNS_LIMIT; turn += 1) {
      const { effects, view } = await runTurn(this.graph, { chatId: this.chatId, events, owner: this.owning });
      this.view = view;
      this.effects.push(...effects);
      for (const event of events) {
        if (event.kind === 'manager') this.owning = 'manager';
        if (event.kind === 'owner') this.owning = event.owner;
      }
      events = [];
      for (const effect of effects) {
        if (effect.type === 'reply') said.push(effect.message);
        else if (effect.type === 'handoff') this.owning = 'manager';
        else if (effect.type === 'return') this.owning = 'bot';
        else if (effect.type === 'job') events.push(await this.perform(effect));
      }
    }
    return said;
  }

  private async perform({ name, payload }: Extract<Effect, { type: 'job' }>): Promise<ChatEvent> {
    const base = { kind: 'job' as const, ...this.stamp(), jobId: `job-${this.sequence}`, name };
    try {
      const handler = this.jobs[name];
      if (!handler) throw new Error(`no handler for job ${name}`);
      return { ...base, status: 'completed', result: await handler(payload) };
    } catch (error) {
      return { ...base, status: 'failed', problem: problemOf(error) };
    }
  }
}

function problemOf(error: unknown): { code: string; detail: string } {
  const { code, detail, message } = error as { code?: unknown; detail?: unknown; message?: unknown };
  return {
    code: typeof code === 'string' ? code : 'JOB_FAILED',
    detail: typeof detail === 'string' ? detail : String(message ?? ''),
  };
}
