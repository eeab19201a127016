import { describe, expect, it } from 'vitest';
import { ConfigError, describeConfig, loadConfig } from './config.js';
import { describedVariables } from './variable.js';

/** The variables promised to operators; a rename is a major version. */
const PROMISED = `PORT HOST NODE_ENV LOG_LEVEL WEWALL_DATA_DIR DATABASE_URL REDIS_URL MONGODB_URI CATALOGUE_STORE
OPENAI_API_KEY OPENAI_BASE_URL OPENAI_MODEL LLM_TIMEOUT_MS LLM_DAILY_BUDGET_RUB
QUIET_WINDOW_MS QUIET_WINDOW_MAX_MS MANAGER_SILENCE_RETURN_MINUTES
TELEGRAM_BOT_TOKEN TELEGRAM_API_ROOT TELEGRAM_MODE TELEGRAM_WEBHOOK_URL TELEGRAM_WEBHOOK_SECRET
AMOCRM_BASE_URL AMOCRM_TOKEN AMOCRM_CLIENT_ID AMOCRM_CLIENT_SECRET AMOCRM_REDIRECT_URI
AMOCRM_CHATS_BASE_URL AMOCRM_CHANNEL_ID AMOCRM_CHANNEL_SECRET AMOCRM_CHANNEL_BOT_ID AMOCRM_SCOPE_ID AMOCRM_HOOK_TOKEN
AMOCRM_PIPELINE_ID WORKER_QUEUES PUBLIC_URL S3_ENDPOINT S3_REGION S3_BUCKET S3_ACCESS_KEY S3_SECRET_KEY`.split(/\s+/);

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problem.variable);
  }
}

describe(loadConfig.name, () => {
  it('needs nothing', () => {
    const config = loadConfig({});
    expect(config.http).toEqual(
      expect.objectContaining({ port: 3000, host: '127.0.0.1', publicUrl: 'http://127.0.0.1:3000' }),
    );
    expect(config.database.url).toBeUndefined();
    expect(config.queues.served).toEqual(['calculator', 'analog-search', 'vision']);
    expect(config.turns.quietWindowMs).toBe(700);
  });

  it('takes an empty value for none and trims the rest', () => {
    expect(loadConfig({ PORT: '', REDIS_URL: '  ', WORKER_QUEUES: ' vision , vision ' }).queues).toMatchObject({
      redisUrl: undefined,
      served: ['vision'],
    });
  });

  it('switches amoCRM on when everything it needs is set, and not before', () => {
    const complete = {
      AMOCRM_BASE_URL: 'https://a.amocrm.ru/',
      AMOCRM_CHANNEL_ID: 'channel',
      AMOCRM_CHANNEL_SECRET: 'secret',
      AMOCRM_CHANNEL_BOT_ID: 'bot',
    };
    const oauth = { AMOCRM_CLIENT_ID: 'i', AMOCRM_CLIENT_SECRET: 's', AMOCRM_REDIRECT_URI: 'https://b.example' };
    expect(loadConfig({}).amocrm).toMatchObject({ enabled: false });
    expect(loadConfig({ ...complete, AMOCRM_TOKEN: 't' }).amocrm).toMatchObject({ enabled: true, missing: [] });
    expect(loadConfig({ ...complete, ...oauth }).amocrm.enabled).toBe(true);
    expect(loadConfig({ AMOCRM_RESUME_PHRASES: 'бот, дальше; ок' }).amocrm.resumePhrases).toEqual([
      'бот, дальше',
      'ок',
    ]);
  });

  it('cannot be changed afterwards', () => {
    const config = loadConfig({});
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
    expect(() => (config.queues.served as string[]).push('x')).toThrow(TypeError);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '3000abc'],
    ['PORT', '0x10'],
    ['PORT', '1e3'],
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://h/db'],
    ['REDIS_URL', 'localhost:6379'],
    ['WORKER_QUEUES', 'calculator,oven'],
    ['QUIET_WINDOW_MS', '-1'],
    ['LLM_TIMEOUT_MS', '8s'],
    ['LLM_TURN_TIMEOUT_MS', '99'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['TELEGRAM_BOT_TOKEN', 'not-a-token'],
    ['TELEGRAM_WEBHOOK_SECRET', 'with space'],
    ['AMOCRM_PIPELINE_ID', 'main'],
    ['CATALOGUE_STORE', 'sqlite'],
    ['WORK_HOURS', '10:00-20:00'],
    ['WORK_DAYS', '0,1'],
    ['AMOCRM_MEDIA_DOMAINS', 'https://x.ru'],
    ['OUTBOUND_PORTS', '443,https'],
    ['OUTBOUND_PORTS', ','],
    ['AMOCRM_SUMMARY_HOUR', '24'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([name]);
  });

  it('reports every wrong variable at once and never a value', () => {
    const secret = 'mongo-password-МАРКЕР';
    expect(problemsOf({ PORT: 'x', MONGODB_URI: secret })).toEqual(['PORT', 'MONGODB_URI']);
    expect(() => loadConfig({ PORT: 'x', MONGODB_URI: secret })).toThrow(/^(?!.*МАРКЕР)[\s\S]*allowed: 0 to 65535/);
  });

  it.each([
    [{ QUIET_WINDOW_MS: '900', QUIET_WINDOW_MAX_MS: '800' }, ['QUIET_WINDOW_MAX_MS']],
    [{ CATALOGUE_STORE: 'mongo' }, ['MONGODB_URI']],
    [
      { TELEGRAM_MODE: 'webhook', TELEGRAM_BOT_TOKEN: `123:${'a'.repeat(35)}` },
      ['TELEGRAM_WEBHOOK_SECRET', 'TELEGRAM_WEBHOOK_URL'],
    ],
    [{ AMOCRM_CHANNEL_ID: 'channel' }, ['AMOCRM_CHANNEL_SECRET']],
    [{ MANAGER_REMINDER_MINUTES: '20', CLIENT_WAIT_MINUTES: '15' }, ['CLIENT_WAIT_MINUTES']],
    [{ WORK_HOURS: '20-10' }, ['WORK_HOURS']],
    [
      { AMOCRM_BASE_URL: 'https://a.amocrm.ru', AMOCRM_CHANNEL_ID: 'channel' },
      ['AMOCRM_CHANNEL_SECRET', 'AMOCRM_CHANNEL_BOT_ID', 'AMOCRM_TOKEN'],
    ],
    [{ S3_ENDPOINT: 'http://s3.local' }, ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY']],
  ])('refuses the contradiction %o', (env, expected) => {
    expect(problemsOf(env as Record<string, string>)).toEqual(expected);
  });
});

describe(describeConfig.name, () => {
  it('knows every promised variable, each with a description', () => {
    const names = describedVariables().map((variable) => variable.name);
    expect(names).toEqual(expect.arrayContaining(PROMISED));
    expect(new Set(names).size).toBe(names.length);
    for (const variable of describedVariables()) expect(variable.description.length).toBeGreaterThan(5);
  });

  it('marks keys, tokens and connection strings as secret', () => {
    const open = describedVariables().filter(
      (variable) => !variable.secret && /TOKEN|SECRET|_KEY$|DATABASE_URL$|^REDIS_URL$|MONGODB_URI/.test(variable.name),
    );
    expect(open).toEqual([]);
    expect(describeConfig()).toContain('| `DATABASE_URL` |');
  });
});
