import {
  CRM_HOOK_EVENTS,
  type Crm,
  type CrmInbox,
  CrmNoAnswerError,
  CrmRefusedError,
  LEAD_FIELDS,
  STAGES,
} from '#libs/crm';

/** One thing that was looked at; `advice` says what to do when it is not well. */
export interface Finding {
  check: string;
  ok: boolean;
  detail: string;
  advice?: string;
}

export interface HealthCheckParts {
  crm: Crm;
  inbox: CrmInbox;
  /** Public address of `POST /webhooks/amocrm/{token}`; absent: no token is set. */
  crmHookUrl?: string | undefined;
  /** Rows of target `crm` that were given up. */
  deadLetters: () => Promise<number>;
}

/** Signatures are good for 15 minutes; half of it is left as a margin, ms. */
const SKEW_LIMIT_MS = 7 * 60_000;

/** Looks at everything the amoCRM channel needs. Never throws; changes nothing in the account. */
export async function checkCrm(parts: HealthCheckParts): Promise<Finding[]> {
  const { crm } = parts;
  const checks: [string, () => Promise<Omit<Finding, 'check'>>][] = [
    ['credentials', () => checkCredentials(crm)],
    ['set up', () => checkSetUp(crm)],
    ['channel', () => checkChannel(crm)],
    ['clock', () => checkClock(crm)],
    ['stages', () => checkStages(crm)],
    ['fields', () => checkFields(crm)],
    ['hooks', () => checkHooks(crm, parts.crmHookUrl)],
    ['limits', () => checkBreaker(crm)],
    ['backlog', () => checkBacklog(parts)],
  ];
  const findings: Finding[] = [];
  for (const [check, look] of checks) {
    const finding = await look().catch((error: unknown) => failed(error));
    findings.push({ check, ...finding });
  }
  return findings;
}

function failed(error: unknown): Omit<Finding, 'check'> {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof CrmRefusedError && error.status === 401) {
    return { ok: false, detail, advice: 'issue a new token in the settings of the integration and set AMOCRM_TOKEN' };
  }
  if (error instanceof CrmNoAnswerError) {
    return { ok: false, detail, advice: 'check the network and AMOCRM_BASE_URL, AMOCRM_CHATS_BASE_URL' };
  }
  return { ok: false, detail, advice: 'run npm run amocrm:setup again; if it stays, ask amoCRM support' };
}

async function checkCredentials(crm: Crm): Promise<Omit<Finding, 'check'>> {
  const account = await crm.rest.account();
  if (account.amojo_id) return { ok: true, detail: `account ${account.subdomain}` };
  return { ok: false, detail: 'no chats in the account', advice: 'give the integration access to chats' };
}

async function checkSetUp(crm: Crm): Promise<Omit<Finding, 'check'>> {
  const account = await crm.accounts.load();
  if (account) return { ok: true, detail: `scope ${account.scopeId}, ${account.users.length} managers` };
  return { ok: false, detail: 'not done', advice: 'run npm run amocrm:setup' };
}

async function checkChannel(crm: Crm): Promise<Omit<Finding, 'check'>> {
  const account = await crm.accounts.load();
  if (!account) return { ok: false, detail: 'unknown', advice: 'run npm run amocrm:setup' };
  try {
    // A chat that does not exist: a signed question whose answer is "nothing", and nothing changes.
    const nobody = '00000000-0000-4000-8000-000000000000' as Parameters<typeof crm.chatsApi.history>[1];
    await crm.chatsApi.history(account.scopeId, nobody, { offset: 0, limit: 1 });
    return { ok: true, detail: 'signature accepted, channel connected' };
  } catch (error) {
    if (!(error instanceof CrmRefusedError)) throw error;
    const advice =
      error.status === 403
        ? 'check AMOCRM_CHANNEL_SECRET and the clock of this machine'
        : 'the channel is disconnected: run npm run amocrm:setup (needed after every reinstall)';
    return { ok: false, detail: error.message, advice };
  }
}

async function checkClock(crm: Crm): Promise<Omit<Finding, 'check'>> {
  const response = await fetch(crm.settings.chatsBaseUrl, { method: 'HEAD', signal: AbortSignal.timeout(10_000) });
  const theirs = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return { ok: true, detail: 'they did not tell their time' };
  const skew = Date.now() - theirs;
  const detail = `${Math.round(Math.abs(skew) / 1_000)} s apart`;
  if (Math.abs(skew) <= SKEW_LIMIT_MS) return { ok: true, detail };
  return { ok: false, detail, advice: 'turn on time synchronisation (NTP): signatures are valid for 15 minutes' };
}

async function checkStages(crm: Crm): Promise<Omit<Finding, 'check'>> {
  const account = await crm.accounts.load();
  const pipeline = (await crm.rest.pipelines()).find(({ id }) => id === account?.pipelineId);
  const known = new Set(pipeline?._embedded.statuses.map(({ id }) => id));
  const missing = STAGES.filter(({ name }) => !account || !known.has(account.statuses[name]));
  if (missing.length === 0) return { ok: true, detail: `${STAGES.length} in "${pipeline?.name}"` };
  const detail = `missing: ${missing.map(({ status }) => status).join(', ')}`;
  return { ok: false, detail, advice: 'run npm run amocrm:setup' };
}

async function checkFields(crm: Crm): Promise<Omit<Finding, 'check'>> {
  const known = new Set((await crm.rest.leadFields()).map(({ code }) => code));
  const missing = LEAD_FIELDS.filter(({ code }) => !known.has(code));
  if (missing.length === 0) return { ok: true, detail: `${LEAD_FIELDS.length} custom fields` };
  const detail = `missing: ${missing.map(({ name }) => name).join(', ')}`;
  return { ok: false, detail, advice: 'run npm run amocrm:setup' };
}

async function checkHooks(crm: Crm, url: string | undefined): Promise<Omit<Finding, 'check'>> {
  if (!url) {
    return {
      ok: false,
      detail: 'AMOCRM_HOOK_TOKEN is not set',
      advice: 'set it to 32 random letters and run the setup',
    };
  }
  const hook = (await crm.rest.webhooks()).find(({ destination }) => destination === url);
  if (!hook) return { ok: false, detail: 'not subscribed', advice: 'run npm run amocrm:setup' };
  if (hook.disabled) {
    const advice = 'amoCRM turned them off after too many failures: see that the address answers, then run the setup';
    return { ok: false, detail: 'disabled', advice };
  }
  const missing = CRM_HOOK_EVENTS.filter((event) => !hook.settings.includes(event));
  if (missing.length > 0) return { ok: false, detail: `without ${missing.join(', ')}`, advice: 'run the setup' };
  return { ok: true, detail: CRM_HOOK_EVENTS.join(', ') };
}

async function checkBreaker(crm: Crm): Promise<Omit<Finding, 'check'>> {
  const state = await crm.breaker.check();
  if (state.state === 'closed') return { ok: true, detail: 'no block' };
  const detail = state.state === 'open' ? `blocked until ${state.retryAt.toISOString()}: ${state.reason}` : 'probing';
  return { ok: false, detail, advice: 'wait; if it stays, ask amoCRM support to lift the block of the API' };
}

async function checkBacklog({ inbox, deadLetters }: HealthCheckParts): Promise<Omit<Finding, 'check'>> {
  const [{ open, oldestSeconds, failed: givenUp }, dead] = await Promise.all([inbox.backlog(), deadLetters()]);
  const detail = `${open} waiting (oldest ${Math.round(oldestSeconds)} s), ${givenUp} given up, ${dead} dead letters`;
  if (oldestSeconds < 300 && givenUp === 0 && dead === 0) return { ok: true, detail };
  return { ok: false, detail, advice: 'see that chat-connector runs; dead letters can be replayed by an operator' };
}
