import path from 'node:path';
import { type Environment, readEnvironment } from './environment.js';
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
  const { environment, wrong } = readEnvironment(given);
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
    'CLIENT_WAIT_MINUTES',
    env.CLIENT_WAIT_MINUTES > 0 && env.CLIENT_WAIT_MINUTES < env.MANAGER_REMINDER_MINUTES,
    '0, or not less than MANAGER_REMINDER_MINUTES',
  );
  const [opens = 0, closes = 0] = env.WORK_HOURS.split('-').map(Number);
  need('WORK_HOURS', opens >= closes, 'two hours, the first one earlier');
  for (const variable of env.AMOCRM_BASE_URL ? missingForAmoCrm(env) : []) {
    need(variable, true, 'a value, because AMOCRM_BASE_URL is set');
  }
  need(
    'AMOCRM_CHANNEL_SECRET',
    !env.AMOCRM_BASE_URL && Boolean(env.AMOCRM_CHANNEL_ID) && !env.AMOCRM_CHANNEL_SECRET,
    'a value, because AMOCRM_CHANNEL_ID is set',
  );
  for (const name of ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const) {
    need(name, Boolean(env.S3_ENDPOINT) && !env[name], 'a value, because S3_ENDPOINT is set');
  }
  return found;
}

/** What is still to be set for amoCRM to be used: the one place that says when it is. */
function missingForAmoCrm(env: Environment): string[] {
  const needed = ['AMOCRM_BASE_URL', 'AMOCRM_CHANNEL_ID', 'AMOCRM_CHANNEL_SECRET', 'AMOCRM_CHANNEL_BOT_ID'] as const;
  const missing: string[] = needed.filter((name) => !env[name]);
  const hasOAuth = env.AMOCRM_CLIENT_ID && env.AMOCRM_CLIENT_SECRET && env.AMOCRM_REDIRECT_URI;
  if (!env.AMOCRM_TOKEN && !hasOAuth) missing.push('AMOCRM_TOKEN');
  return missing;
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
      /** Requests a minute, of all processes together when they share a Redis; 0 = no limit. */
      ratePerAddress: env.RATE_LIMIT_PER_ADDRESS,
    },
    /** Networks that may be reached on a caller's word although they are ours. */
    outboundAllowedNetworks: env.OUTBOUND_ALLOWED_NETWORKS,
    /** Ports of public addresses that may be reached on a caller's word, as `443` or `1024-65535`. */
    outboundPorts: env.OUTBOUND_PORTS,
    webhooks: {
      timeoutMs: env.WEBHOOK_TIMEOUT_MS,
      retryMs: env.WEBHOOK_RETRY_MS,
      disableHours: env.WEBHOOK_DISABLE_HOURS,
    },
    tracing: {
      enabled:
        env.OTEL_SDK_DISABLED === 'false' &&
        Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT),
      sampler: env.OTEL_TRACES_SAMPLER,
      ratio: Number(env.OTEL_TRACES_SAMPLER_ARG),
    },
    operatorKey: env.OPERATOR_KEY,
    /** Absent: generated and kept in the data folder. */
    visitorSecret: env.VISITOR_SECRET,
    /** Accepted beside the secret above, which signs. */
    visitorSecretPrevious: env.VISITOR_SECRET_PREVIOUS,
    database: {
      /** Absent: the embedded PostgreSQL of the data folder. */
      url: env.DATABASE_URL,
      /** Given its rights and password by commands that the owner runs; the processes do not read it. */
      runtimeUrl: env.RUNTIME_DATABASE_URL,
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
    },
    vision: {
      threads: env.VISION_THREADS,
      isolation: env.VISION_ISOLATION,
      device: env.VISION_DEVICE,
      concurrency: env.VISION_CONCURRENCY,
      modelMemoryMb: env.VISION_MODEL_MEMORY_MB,
      decodeMemoryMb: env.VISION_DECODE_MEMORY_MB,
      queueLimit: env.VISION_QUEUE_LIMIT,
      cacheMb: env.VISION_CACHE_MB,
      cacheDays: env.VISION_CACHE_DAYS,
      cutoutTimeoutMs: env.VISION_CUTOUT_TIMEOUT_MS,
      recogniser: env.VISION_OCR,
      /** Absent: networks run on this machine. */
      modelServer: env.VISION_MODEL_SERVER,
      serverModels: env.VISION_SERVER_MODELS,
      serverToken: env.VISION_SERVER_TOKEN,
      /** 1 = no batches. */
      batchMax: env.VISION_BATCH_MAX,
      batchDelayMs: env.VISION_BATCH_DELAY_MS,
    },
    catalogue: { store: env.CATALOGUE_STORE, mongoUri: env.MONGODB_URI },
    llm: {
      apiKey: env.OPENAI_API_KEY,
      baseUrl: env.OPENAI_BASE_URL,
      model: env.OPENAI_MODEL,
      /** Absent: the knowledge base searches by words alone. */
      embeddingModel: env.OPENAI_EMBEDDING_MODEL,
      timeoutMs: env.LLM_TIMEOUT_MS,
      /** Of all calls of one turn together. */
      turnTimeoutMs: env.LLM_TURN_TIMEOUT_MS,
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
    managers: {
      /** 0 = never. */
      reminderMinutes: env.MANAGER_REMINDER_MINUTES,
      /** 0 = a waiting client is told nothing. */
      clientWaitMinutes: env.CLIENT_WAIT_MINUTES,
      /** When managers answer, by Moscow's clock; days 1 to 7. */
      hours: {
        opens: Number(env.WORK_HOURS.split('-')[0]),
        closes: Number(env.WORK_HOURS.split('-')[1]),
        days: env.WORK_DAYS.map(Number),
      },
      /** Absent: no summary of the day. */
      summaryHour: env.AMOCRM_SUMMARY_HOUR === 'off' ? undefined : Number(env.AMOCRM_SUMMARY_HOUR),
    },
    retention: {
      eventDays: env.EVENT_RETENTION_DAYS,
      hookDays: env.HOOK_RETENTION_DAYS,
      /** 0 = for ever. */
      transcriptDays: env.TRANSCRIPT_RETENTION_DAYS,
      uploadDays: env.UPLOAD_RETENTION_DAYS,
    },
    telegram: {
      botToken: env.TELEGRAM_BOT_TOKEN,
      apiRoot: withoutSlash(env.TELEGRAM_API_ROOT),
      mode: env.TELEGRAM_MODE,
      webhookUrl: env.TELEGRAM_WEBHOOK_URL ?? `${publicUrl}/webhooks/telegram`,
      webhookSecret: env.TELEGRAM_WEBHOOK_SECRET,
      webhookSecretPrevious: env.TELEGRAM_WEBHOOK_SECRET_PREVIOUS,
    },
    amocrm: {
      /** Whether everything that is needed is set: in every process alike, the CRM is on then and only then. */
      enabled: missingForAmoCrm(env).length === 0,
      /** Names of the variables that are missing. */
      missing: missingForAmoCrm(env),
      baseUrl: env.AMOCRM_BASE_URL ? withoutSlash(env.AMOCRM_BASE_URL) : undefined,
      token: env.AMOCRM_TOKEN,
      clientId: env.AMOCRM_CLIENT_ID,
      clientSecret: env.AMOCRM_CLIENT_SECRET,
      redirectUri: env.AMOCRM_REDIRECT_URI,
      chatsBaseUrl: withoutSlash(env.AMOCRM_CHATS_BASE_URL),
      channelId: env.AMOCRM_CHANNEL_ID,
      channelSecret: env.AMOCRM_CHANNEL_SECRET,
      channelSecretPrevious: env.AMOCRM_CHANNEL_SECRET_PREVIOUS,
      channelBotId: env.AMOCRM_CHANNEL_BOT_ID,
      scopeId: env.AMOCRM_SCOPE_ID,
      hookToken: env.AMOCRM_HOOK_TOKEN,
      hookTokenPrevious: env.AMOCRM_HOOK_TOKEN_PREVIOUS,
      pipelineId: env.AMOCRM_PIPELINE_ID,
      resumePhrases: env.AMOCRM_RESUME_PHRASES,
      stopPhrases: env.AMOCRM_STOP_PHRASES,
      mediaDomains: env.AMOCRM_MEDIA_DOMAINS,
    },
    files: {
      /** Absent: generated and kept in the data folder. */
      secret: env.FILES_SECRET,
      secretPrevious: env.FILES_SECRET_PREVIOUS,
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
