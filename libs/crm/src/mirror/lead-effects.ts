import type { JsonObject, OutboxBody } from '#libs/chats';
import type { WorkHours } from '#libs/platform';
import type { RestApi } from '../rest-api/rest-api.js';
import type { Task } from '../rest-api/types.js';
import type { CrmAccount } from './account.js';
import type { Checkpoint, ClientRegistration, RegisteredChat } from './client-registration.js';
import { fieldsOf } from './lead-fields.js';
import { isForward, type StageName, stageOf } from './stages.js';

/** Work time a manager has for a task, ms. */
const TASK_TIME_MS = 3_600_000;

/**
 * Carries what the dialog asks of the CRM into the lead. Every action is safe to repeat: fields and stages are set, notes
 * and tasks are made only when the lead has no such one.
 */
export class LeadEffects {
  constructor(
    private readonly rest: RestApi,
    private readonly registration: ClientRegistration,
    private readonly hours: WorkHours,
    private readonly now: () => Date,
  ) {}

  async apply(account: CrmAccount, chat: RegisteredChat, body: OutboxBody, proceed: Checkpoint): Promise<void> {
    if (body.type === 'crm') await this.applyNamed(account, chat, body.name, body.data, proceed);
    else if (body.type === 'handoff') {
      await this.note(chat.leadId, `Передан менеджеру: ${body.reason}\n\n${body.recap}`);
      proceed();
      await this.task(chat.leadId, `Ответить клиенту в чате: ${body.reason}`);
      proceed();
      await this.setFields(account, chat.leadId, { owner: 'manager' });
    }
    const stage = stageOf(body);
    if (stage !== null) {
      proceed();
      await this.moveTo(account, chat.leadId, stage);
    }
  }

  /** Leaves a task for this user, or for the lead's responsible manager; once. */
  async task(leadId: number, text: string, userId?: number): Promise<void> {
    const open = await this.rest.tasksOfLead(leadId);
    const isSame = (task: Task) => task.text === text && (!userId || task.responsible_user_id === userId);
    if (open.some((task) => isSame(task) && task.is_completed !== true)) return;
    const responsible = userId ?? (await this.rest.lead(leadId))?.responsible_user_id;
    await this.rest.createTask({
      text,
      complete_till: Math.floor(this.hours.after(this.now(), TASK_TIME_MS).getTime() / 1_000),
      entity_id: leadId,
      entity_type: 'leads',
      ...(responsible === undefined ? {} : { responsible_user_id: responsible }),
    });
  }

  /** Leaves a note in the lead; once. */
  async note(leadId: number, text: string): Promise<void> {
    const notes = await this.rest.notes('leads', leadId);
    if (notes.some(({ params }) => params?.text === text)) return;
    await this.rest.addNote('leads', leadId, text);
  }

  private async applyNamed(
    account: CrmAccount,
    chat: RegisteredChat,
    name: string,
    data: JsonObject,
    proceed: Checkpoint,
  ): Promise<void> {
    switch (name) {
      case 'contact':
        await this.registration.identify(chat, { name: textOf(data.name), phone: textOf(data.phone) }, proceed);
        await this.setFields(account, chat.leadId, data);
        return;
      case 'slots':
        await this.setFields(account, chat.leadId, { ...data, ...objectOf(data.slots) });
        return;
      case 'note':
        await this.note(chat.leadId, textOf(data.text));
        return;
      case 'task': {
        const comment = textOf(data.comment);
        await this.task(chat.leadId, `${textOf(data.text)}${comment ? `\n${comment}` : ''}`);
        return;
      }
      case 'owner':
        await this.setFields(account, chat.leadId, data);
        return;
      case 'stage':
        return;
      default:
        throw new Error(`unknown CRM effect ${name}`);
    }
  }

  private async setFields(account: CrmAccount, leadId: number, slots: JsonObject): Promise<void> {
    const values = fieldsOf(slots, account.fields);
    if (values.length > 0) await this.rest.updateLead(leadId, { custom_fields_values: values });
  }

  private async moveTo(account: CrmAccount, leadId: number, stage: StageName): Promise<void> {
    const lead = await this.rest.lead(leadId);
    if (!lead) return;
    const from = { statusId: lead.status_id, pipelineId: lead.pipeline_id };
    const to = { statusId: account.statuses[stage], pipelineId: account.pipelineId };
    const sort = new Map(Object.entries(account.sort).map(([id, place]) => [Number(id), place]));
    if (isForward(from, to, sort)) await this.rest.updateLead(leadId, { status_id: to.statusId });
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
