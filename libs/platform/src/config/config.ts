import 'reflect-metadata';
import path from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Environment } from './environment.js';
import { describedVariables } from './variable.js';

/** A variable of the environment has a value that is not allowed. The message names it and never shows its content. */
export class ConfigError extends Error {
  readonly code = 'config.invalid';

  constructor(readonly problems: readonly { variable: string; allowed: string }[]) {
    super(problems.map(({ variable, allowed }) => `${variable} is not valid; allowed: ${allowed}`).join('\n'));
    this.name = 'ConfigError';
  }
}

/** The settings of a process: parsed once from the environment, nested by subject, frozen. Absent = switched off. */
export type Config = ReturnType<typeof nest>;

/** Injection token of `Config`. */
export const CONFIG = Symbol('Config');

/**
 * Reads and checks the environment. An empty value counts as absent.
 * Throws `ConfigError` with every variable that is wrong.
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const given: Record<string, string> = {};
  for (const { name } of describedVariables()) {
    const value = env[name]?.trim();
    if (value) given[name] = value;
  }
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const wrong = new Set(validateSync(environment, { whitelist: true }).map((error) => error.property));
  const problems = describedVariables()
    .filter(({ name }) => wrong.has(name))
    .map(({ name, allowed }) => ({ variable: name, allowed }));
  if (problems.length === 0) problems.push(...contradictions(environment));
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(nest(environment));
}

/** Rules over several variables, checked when each is right by itself. */
function contradictions(env: Environment): { variable: string; allowed: string }[] {
  const found: { variable: string; allowed: string }[] = [];
  const need = (variable: string, broken: boolean, allowed: string) => {
    if (broken) found.push({ variable, allowed });
  };
  need('QUIET_WINDOW_MAX_MS', env.QUIET_WINDOW_MAX_MS < env.QUIET_WINDOW_MS, 'not less than QUIET_WINDOW_MS');
  need('MONGODB_URI', env.CATALOGUE_STORE === 'mongo' && !env.MONGODB_URI, 'a value, because CATALOGUE_STORE is mongo');
  const webhook = Boolean(env.TELEGRAM_BOT_TOKEN) && env.TELEGRAM_MODE === 'webhook';
  need('TELEGRAM_WEBHOOK_SECRET', webhook && !env.TELEGRAM_WEBHOOK_SECRET, 'a value, because TELEGRAM_MODE is webhook');
  need(
    'TELEGRAM_WEBHOOK_URL',
    webhook && !env.TELEGRAM_WEBHOOK_URL && !env.PUBLIC_URL,
    'a value (or PUBLIC_URL), because TELEGRAM_MODE is webhook',
  );
  need(
    'AMOCRM_CHANNEL_SECRET',
    Boolean(env.AMOCRM_CHANNEL_ID) && !env.AMOCRM_CHANNEL_SECRET,
    'a value, because AMOCRM_CHANNEL_ID is set',
  );
  for (const name of ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const) {
    need(name, Boolean(env.S3_ENDPOINT) && !env[name], 'a value, because S3_ENDPOINT is set');
  }
  return found;
}

function nest(env: Environment) {
  const withoutSlash = (url: string) => url.replace(/\/+$/, '');
  const publicUrl = withoutSlash(
    env.PUBLIC_URL ?? `http://${env.HOST === '0.0.0.0' || env.HOST === '::' ? '127.0.0.1' : env.HOST}:${env.PORT}`,
  );
  return {
    environment: env.NODE_ENV,
    logLevel: env.LOG_LEVEL,
    /** Absolute path. */
    dataDir: path.resolve(env.WEWALL_DATA_DIR),
    http: {
      port: env.PORT,
      host: env.HOST,
      /** Without a trailing slash. */
      publicUrl,
      corsOrigins: env.CORS_ORIGINS,
      trustedProxies: env.TRUSTED_PROXIES,
    },
    operatorKey: env.OPERATOR_KEY,
    /** Absent: generated and kept in the data folder. */
    visitorSecret: env.VISITOR_SECRET,
    database: {
      /** Absent: the embedded PostgreSQL of the data folder. */
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
    },
    queues: {
      /** Absent: queues live in PostgreSQL. */
      redisUrl: env.REDIS_URL,
      served: env.WORKER_QUEUES,
      concurrency: env.WORKER_CONCURRENCY,
      threads: env.WORKER_THREADS,
      threadMemoryMb: env.WORKER_THREAD_MEMORY_MB,
      cacheMb: env.WORKER_CACHE_MB,
      jobTimeoutMs: env.WORKER_JOB_TIMEOUT_MS,
      lockMs: env.WORKER_LOCK_MS,
      /** Requests a minute of one process; 0 = no limit. */
      ratePerAddress: env.RATE_LIMIT_PER_ADDRESS,
    },
    /** Networks that may be reached on a caller's word although they are ours. */
    outboundAllowedNetworks: env.OUTBOUND_ALLOWED_NETWORKS,
    webhooks: {
      timeoutMs: env.WEBHOOK_TIMEOUT_MS,
      retryMs: env.WEBHOOK_RETRY_MS,
      disableHours: env.WEBHOOK_DISABLE_HOURS,
    },
    catalogue: { store: env.CATALOGUE_STORE, mongoUri: env.MONGODB_URI },
    llm: {
      apiKey: env.OPENAI_API_KEY,
    /** Accepted beside the secret above, which signs. */
    visitorSecretPrevious: env.VISITOR_SECRET_PREVIOUS,
      baseUrl: env.OPENAI_BASE_URL,
      model: env.OPENAI_MODEL,
      /** Absent: the knowledge base searches by words alone. */
      embeddingModel: env.OPENAI_EMBEDDING_MODEL,
      timeoutMs: env.LLM_TIMEOUT_MS,
      dailyBudgetRub: env.LLM_DAILY_BUDGET_RUB,
      inputRubPerMillion: env.LLM_INPUT_RUB_PER_MILLION,
      outputRubPerMillion: env.LLM_OUTPUT_RUB_PER_MILLION,
    },
    turns: {
      quietWindowMs: env.QUIET_WINDOW_MS,
      quietWindowMaxMs: env.QUIET_WINDOW_MAX_MS,
      /** 0 = the bot never takes a chat back by itself. */
      managerSilenceReturnMinutes: env.MANAGER_SILENCE_RETURN_MINUTES,
      concurrency: env.TURN_CONCURRENCY,
    },
    telegram: {
      botToken: env.TELEGRAM_BOT_TOKEN,
      apiRoot: withoutSlash(env.TELEGRAM_API_ROOT),
      mode: env.TELEGRAM_MODE,
      webhookUrl: env.TELEGRAM_WEBHOOK_URL ?? `${publicUrl}/webhooks/telegram`,
      webhookSecret: env.TELEGRAM_WEBHOOK_SECRET,
    },
    amocrm: {
      baseUrl: env.AMOCRM_BASE_URL ? withoutSlash(env.AMOCRM_BASE_URL) : undefined,
      token: env.AMOCRM_TOKEN,
      clientId: env.AMOCRM_CLIENT_ID,
      clientSecret: env.AMOCRM_CLIENT_SECRET,
      redirectUri: env.AMOCRM_REDIRECT_URI,
      chatsBaseUrl: withoutSlash(env.AMOCRM_CHATS_BASE_URL),
      channelId: env.AMOCRM_CHANNEL_ID,
      channelSecret: env.AMOCRM_CHANNEL_SECRET,
      channelBotId: env.AMOCRM_CHANNEL_BOT_ID,
      scopeId: env.AMOCRM_SCOPE_ID,
      hookToken: env.AMOCRM_HOOK_TOKEN,
      pipelineId: env.AMOCRM_PIPELINE_ID,
    },
    files: {
      /** Absent: generated and kept in the data folder. */
      secret: env.FILES_SECRET,
      maxBytes: env.FILES_MAX_BYTES,
      linkSeconds: env.FILES_LINK_SECONDS,
      s3: env.S3_ENDPOINT
        ? {
            endpoint: env.S3_ENDPOINT,
            region: env.S3_REGION,
            bucket: env.S3_BUCKET ?? '',
            accessKey: env.S3_ACCESS_KEY ?? '',
            secretKey: env.S3_SECRET_KEY ?? '',
          }
        : undefined,
    },
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (part && typeof part === 'object') deepFreeze(part);
  return Object.freeze(value);
}

/** The table of variables for the README, in Markdown. Secret variables are marked. */
      webhookSecretPrevious: env.TELEGRAM_WEBHOOK_SECRET_PREVIOUS,
export function describeConfig(): string {
  const lines = ['| variable | what | allowed | default |', '|---|---|---|---|'];
  let group = '';
  for (const variable of describedVariables()) {
    if (variable.group !== group) {
      group = variable.group;
      lines.push(`| **${group}** | | | |`);
    }
    const what = variable.secret ? `${variable.description} (secret)` : variable.description;
    lines.push(`| \`${variable.name}\` | ${what} | ${variable.allowed} | ${variable.default ?? '—'} |`);
  }
  return `${lines.join('\n')}\n`;
}
      channelSecretPrevious: env.AMOCRM_CHANNEL_SECRET_PREVIOUS,
      hookTokenPrevious: env.AMOCRM_HOOK_TOKEN_PREVIOUS,
      secretPrevious: env.FILES_SECRET_PREVIOUS,
