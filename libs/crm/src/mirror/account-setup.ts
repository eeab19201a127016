import type { ChatsApi } from '../chats-api/client.js';
import { CrmNoAnswerError } from '../outcome.js';
import type { RestApi } from '../rest-api/rest-api.js';
import type { Pipeline } from '../rest-api/types.js';
import type { CrmAccount, CrmAccountStore, CrmUser } from './account.js';
import { LEAD_FIELDS } from './lead-fields.js';
import { STAGES, type StageName } from './stages.js';

export interface AccountSetup {
  /** Name of the channel and the source as managers see it. */
  title: string;
  sourceExternalId: string;
  /** Absent: the main pipeline. */
  pipelineId?: number | undefined;
  /** Public address of `POST /webhooks/amocrm/{token}`; absent: CRM hooks are not subscribed. */
  crmHookUrl?: string | undefined;
}

/** CRM events we listen to: talks are closed and reopened, the rest is re-read when needed. */
export const CRM_HOOK_EVENTS = ['add_talk', 'update_talk'];

/** The setup is idempotent, so it is simply begun again when there was no answer. */
const ATTEMPTS = 5;

/** What was found and what had to be made, one sentence a step, for the person who runs it. */
export type SetupReport = (line: string) => void;

/**
 * Connects the chat channel and makes sure the account has our source, stages, custom fields and hooks. Everything that is
 * there already is left as it is, so it may be run again at any time (and must be after a reinstall of the integration).
 */
export async function setUpAccount(
  parts: SetupParts,
  setup: AccountSetup,
  report: SetupReport = () => {},
): Promise<CrmAccount> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runSetup(parts, setup, report);
    } catch (error) {
      if (!(error instanceof CrmNoAnswerError) || attempt === ATTEMPTS) throw error;
      report('no answer, once more from the start (what was made stays)');
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? 1_000));
    }
  }
}

interface SetupParts {
  rest: RestApi;
  chats: ChatsApi;
  store: CrmAccountStore;
}

async function runSetup(
  { rest, chats, store }: SetupParts,
  setup: AccountSetup,
  report: SetupReport,
): Promise<CrmAccount> {
  const account = await rest.account();
  if (!account.amojo_id) throw new Error('the account has no chats: the integration needs access to them');
  const { scopeId } = await chats.connect(account.amojo_id, setup.title);
  report(`channel connected to account ${account.subdomain}`);
  const pipeline = await choosePipeline(rest, setup.pipelineId);
  report(`pipeline "${pipeline.name}" (${pipeline.id})`);
  const { statuses, sort } = await ensureStages(rest, pipeline, report);
  const fields = await ensureFields(rest, report);
  await ensureSource(rest, setup, pipeline.id, report);
  if (setup.crmHookUrl) {
    await rest.subscribe(setup.crmHookUrl, CRM_HOOK_EVENTS);
    report('CRM hooks subscribed');
  }
  const users = await readUsers(rest);
  report(`${users.length} managers with access to chats`);
  const made: CrmAccount = {
    scopeId,
    amojoId: account.amojo_id,
    pipelineId: pipeline.id,
    statuses,
    sort,
    fields,
    sourceExternalId: setup.sourceExternalId,
    users,
  };
  await store.save(made);
  return made;
}

/** Users that can write in chats. */
export async function readUsers(rest: RestApi): Promise<CrmUser[]> {
  const users = await rest.users();
  return users.flatMap(({ id, name, amojo_id: amojoId }) => (amojoId ? [{ id, name, amojoId }] : []));
}

async function choosePipeline(rest: RestApi, pipelineId: number | undefined): Promise<Pipeline> {
  const pipelines = await rest.pipelines();
  const chosen =
    pipelineId === undefined
      ? (pipelines.find((pipeline) => pipeline.is_main) ?? pipelines[0])
      : pipelines.find(({ id }) => id === pipelineId);
  if (!chosen) throw new Error('AMOCRM_PIPELINE_ID names no pipeline of the account');
  return chosen;
}

async function ensureStages(
  rest: RestApi,
  pipeline: Pipeline,
  report: SetupReport,
): Promise<{ statuses: Record<StageName, number>; sort: Record<string, number> }> {
  const known = [...pipeline._embedded.statuses];
  const found: [StageName, number][] = [];
  let place = Math.max(0, ...known.filter(({ type }) => type === 1).map(({ sort }) => sort));
  for (const { name, status } of STAGES) {
    let match = known.find((one) => one.name.trim().toLowerCase() === status.toLowerCase());
    if (!match) {
      match = await rest.createStatus(pipeline.id, { name: status, sort: place + 10 });
      known.push(match);
      report(`stage "${status}" created`);
    }
    place = match.sort;
    found.push([name, match.id]);
  }
  return {
    statuses: Object.fromEntries(found) as Record<StageName, number>,
    sort: Object.fromEntries(known.map(({ id, sort }) => [String(id), sort])),
  };
}

async function ensureFields(rest: RestApi, report: SetupReport): Promise<Record<string, number>> {
  const known = new Map((await rest.leadFields()).map(({ code, id }) => [code, id]));
  const ids: Record<string, number> = {};
  for (const { code, name } of LEAD_FIELDS) {
    const id = known.get(code) ?? (await rest.createLeadField({ name, code, type: 'text' })).id;
    if (!known.has(code)) report(`field "${name}" created`);
    ids[code] = id;
  }
  return ids;
}

async function ensureSource(
  rest: RestApi,
  setup: AccountSetup,
  pipelineId: number,
  report: SetupReport,
): Promise<void> {
  const sources = await rest.sources();
  if (sources.some(({ external_id: externalId }) => externalId === setup.sourceExternalId)) return;
  await rest.createSource({ name: setup.title, external_id: setup.sourceExternalId, pipeline_id: pipelineId });
  report(`source "${setup.title}" created`);
}
