import 'reflect-metadata';
import { Transform } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsIn,
  IsInt,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { Variable } from './variable.js';
import { VisionEnvironment } from './vision-environment.js';

const NODE_ENVS = ['development', 'test', 'production'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const STORES = ['postgres', 'mongo'] as const;
const TELEGRAM_MODES = ['polling', 'webhook'] as const;
/** The queues a worker may serve. */
export const WORKER_QUEUE_NAMES = ['calculator', 'analog-search', 'vision'] as const;

/** What a manager writes in amoCRM to a bot instead of a client; said to nobody. */
const RESUME_PHRASES = ['Бот, продолжай', 'Бот продолжай', '/бот'];
const STOP_PHRASES = ['Бот, стоп', 'Бот стоп', '/стоп'];
/** Where amoCRM keeps the files of chats. */
const MEDIA_DOMAINS = ['amocrm.ru', 'amocrm.com', 'kommo.com'];

const HTTP_URL = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

/** Turns the text of a variable into a number; anything but a plain decimal integer stays text and is refused by `IsInt`. */
const AsInteger = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim()) ? Number(value.trim()) : value,
  );
const AsList = (separator = ',') =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string'
      ? [
          ...new Set(
            value
              .split(separator)
              .map((part) => part.trim())
              .filter(Boolean),
          ),
        ]
      : value,
  );

/**
 * Every variable the product reads, with its rule, default and description. The only place that names them;
 * `loadConfig` turns it into the nested `Config` the rest of the code sees.
 */
export class Environment extends VisionEnvironment {
  @Variable({ group: 'Process', description: 'Port of the one HTTP server', allowed: '0 to 65535', default: '3000' })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(65535)
  PORT = 3000;

  @Variable({ group: 'Process', description: 'Address to listen on', allowed: 'an address', default: '127.0.0.1' })
  @Matches(/^[A-Za-z0-9.:_-]{1,255}$/)
  HOST = '127.0.0.1';

  @Variable({
    group: 'Process',
    description: 'In `production` the key `dev` does not exist',
    allowed: NODE_ENVS.join(', '),
    default: 'development',
  })
  @IsIn(NODE_ENVS)
  NODE_ENV: (typeof NODE_ENVS)[number] = 'development';

  @Variable({
    group: 'Process',
    description: 'Least important level that is logged',
    allowed: LOG_LEVELS.join(', '),
    default: 'info',
  })
  @IsIn(LOG_LEVELS)
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @Variable({
    group: 'Process',
    description: 'Folder of the embedded database, files and generated secrets',
    allowed: 'a path',
    default: '.data',
  })
  @MinLength(1)
  @MaxLength(4096)
  WEWALL_DATA_DIR = '.data';

  @Variable({
    group: 'Process',
    description: 'Address under which clients and partners reach the product; used in links',
    allowed: 'an http(s) URL',
    default: 'http://HOST:PORT',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  PUBLIC_URL?: string;

  @Variable({
    group: 'Process',
    description: 'Web origins that may call the API from a browser',
    allowed: 'origins separated by commas',
    default: 'none',
  })
  @AsList()
  @Matches(/^https?:\/\/[A-Za-z0-9.:-]{1,200}$/, { each: true })
  CORS_ORIGINS: string[] = [];

  @Variable({
    group: 'Process',
    description: 'Proxies in front whose X-Forwarded-For is believed',
    allowed: '0 to 5',
    default: '0',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(5)
  TRUSTED_PROXIES = 0;

  @Variable({
    group: 'Process',
    description: 'Key of operators for the queue board at /operator/queues; without it the board is off',
    allowed: '16 to 256 characters',
    secret: true,
  })
  @IsOptional()
  @MinLength(16)
  @MaxLength(256)
  OPERATOR_KEY?: string;

  @Variable({
    group: 'Process',
    description:
      'Key that signs the cookies of web visitors; the same in every external-api. Kept in the data folder when absent',
    allowed: '32 to 256 characters',
    default: 'generated',
    secret: true,
  })
  @IsOptional()
  @MinLength(32)
  @MaxLength(256)
  VISITOR_SECRET?: string;

  @Variable({
    group: 'Storage',
    description: 'PostgreSQL 14 or newer; without it the embedded one is used',
    allowed: 'postgres://… or postgresql://…',
    default: 'embedded',
    secret: true,
  })
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/\S+$/)
  DATABASE_URL?: string;

  @Variable({
    group: 'Storage',
    description: 'Connections to PostgreSQL one process may hold',
    allowed: '2 to 200',
    default: '20',
  })
  @AsInteger()
  @IsInt()
  @Min(2)
  @Max(200)
  DATABASE_POOL_SIZE = 20;

  @Variable({
    group: 'Storage',
    description: 'Redis for queues; without it they live in PostgreSQL',
    allowed: 'redis://… or rediss://…',
    default: 'PostgreSQL',
    secret: true,
  })
  @IsOptional()
  @Matches(/^rediss?:\/\/\S+$/)
  REDIS_URL?: string;

  @Variable({
    group: 'Storage',
    description: 'MongoDB with the catalogue, for CATALOGUE_STORE=mongo',
    allowed: 'mongodb://… or mongodb+srv://…',
    secret: true,
  })
  @IsOptional()
  @Matches(/^mongodb(\+srv)?:\/\/\S+$/)
  MONGODB_URI?: string;

  @Variable({
    group: 'Storage',
    description: 'Where the catalogue lives',
    allowed: STORES.join(', '),
    default: 'postgres',
  })
  @IsIn(STORES)
  CATALOGUE_STORE: (typeof STORES)[number] = 'postgres';

  @Variable({
    group: 'Storage',
    description: 'Days events, effects and states that have done their work are kept',
    allowed: '7 to 3650',
    default: '30',
  })
  @AsInteger()
  @IsInt()
  @Min(7)
  @Max(3_650)
  EVENT_RETENTION_DAYS = 30;

  @Variable({
    group: 'Storage',
    description: 'Days hooks of amoCRM are kept as they came',
    allowed: '1 to 365',
    default: '14',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(365)
  HOOK_RETENTION_DAYS = 14;

  @Variable({
    group: 'Storage',
    description: 'Days what was said in chats is kept; 0 = for ever',
    allowed: '0 to 3650',
    default: '0',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(3_650)
  TRANSCRIPT_RETENTION_DAYS = 0;

  @Variable({
    group: 'Storage',
    description:
      'Days an upload can be attached to a message; then it ends, and its file goes when nothing refers to it',
    allowed: '1 to 3650',
    default: '7',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(3_650)
  UPLOAD_RETENTION_DAYS = 7;

  @Variable({
    group: 'Model',
    description: 'Key of an OpenAI-compatible endpoint; without it (and OPENAI_BASE_URL) no model is used',
    allowed: 'text without spaces',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  OPENAI_API_KEY?: string;

  @Variable({
    group: 'Model',
    description: 'Base URL of the endpoint',
    allowed: 'an http(s) URL',
    default: 'the vendor’s',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  OPENAI_BASE_URL?: string;

  @Variable({ group: 'Model', description: 'Name of the model', allowed: 'a model name', default: 'gpt-4o-mini' })
  @Matches(/^\S{1,200}$/)
  OPENAI_MODEL = 'gpt-4o-mini';

  @Variable({
    group: 'Model',
    description: 'Embedding model of the same endpoint; with it the knowledge base also searches by meaning',
    allowed: 'a model name',
    default: 'none',
  })
  @IsOptional()
  @Matches(/^\S{1,200}$/)
  OPENAI_EMBEDDING_MODEL?: string;

  @Variable({
    group: 'Model',
    description: 'How long one model call may take, ms',
    allowed: '100 to 120000',
    default: '8000',
  })
  @AsInteger()
  @IsInt()
  @Min(100)
  @Max(120_000)
  LLM_TIMEOUT_MS = 8000;

  @Variable({
    group: 'Model',
    description: 'Roubles a day the model may cost; 0 = no model calls',
    allowed: '0 to 1000000',
    default: '500',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  LLM_DAILY_BUDGET_RUB = 500;

  @Variable({
    group: 'Model',
    description: 'Roubles for a million input tokens of the model, for the budget',
    allowed: '0 to 1000000',
    default: '40',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  LLM_INPUT_RUB_PER_MILLION = 40;

  @Variable({
    group: 'Model',
    description: 'Roubles for a million output tokens of the model, for the budget',
    allowed: '0 to 1000000',
    default: '160',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  LLM_OUTPUT_RUB_PER_MILLION = 160;

  @Variable({
    group: 'Dialog',
    description: 'Silence after which a burst of messages is answered, ms',
    allowed: '0 to 10000',
    default: '700',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(10_000)
  QUIET_WINDOW_MS = 700;

  @Variable({
    group: 'Dialog',
    description: 'Longest wait for a burst to end, ms; not less than QUIET_WINDOW_MS',
    allowed: '0 to 60000',
    default: '3000',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(60_000)
  QUIET_WINDOW_MAX_MS = 3000;

  @Variable({
    group: 'Dialog',
    description: 'Minutes of a silent manager after which the bot takes the chat back; 0 = never',
    allowed: '0 to 43200',
    default: '0',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(43_200)
  MANAGER_SILENCE_RETURN_MINUTES = 0;

  @Variable({
    group: 'Dialog',
    description: 'Minutes of work time a client waits for a manager before the manager is reminded; 0 = never',
    allowed: '0 to 1440',
    default: '10',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_440)
  MANAGER_REMINDER_MINUTES = 10;

  @Variable({
    group: 'Dialog',
    description:
      'Minutes a client waits for a manager before he is told what happens and may go back to the bot; 0 = never. Not less than MANAGER_REMINDER_MINUTES',
    allowed: '0 to 1440',
    default: '15',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_440)
  CLIENT_WAIT_MINUTES = 15;

  @Variable({
    group: 'Dialog',
    description: 'Hours of Moscow when managers answer',
    allowed: 'two hours from 0 to 24, e.g. 10-20',
    default: '10-20',
  })
  @Matches(/^(?:\d|1\d|2[0-3])-(?:[1-9]|1\d|2[0-4])$/)
  WORK_HOURS = '10-20';

  @Variable({
    group: 'Dialog',
    description: 'Days when managers answer, 1 = Monday',
    allowed: 'some of 1 to 7, separated by commas',
    default: '1,2,3,4,5,6,7',
  })
  @AsList()
  @IsIn(['1', '2', '3', '4', '5', '6', '7'], { each: true })
  @ArrayNotEmpty()
  WORK_DAYS: string[] = ['1', '2', '3', '4', '5', '6', '7'];

  @Variable({
    group: 'Dialog',
    description: 'Turns one core process runs at once',
    allowed: '1 to 256',
    default: '16',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(256)
  TURN_CONCURRENCY = 16;

  @Variable({
    group: 'Telegram',
    description: 'Token of @BotFather; without it the channel is off',
    allowed: '<number>:<letters>',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\d{1,20}:[A-Za-z0-9_-]{20,100}$/)
  TELEGRAM_BOT_TOKEN?: string;

  @Variable({
    group: 'Telegram',
    description: 'Server of the Bot API',
    allowed: 'an http(s) URL',
    default: 'https://api.telegram.org',
  })
  @IsUrl(HTTP_URL)
  TELEGRAM_API_ROOT = 'https://api.telegram.org';

  @Variable({
    group: 'Telegram',
    description: 'How updates arrive',
    allowed: TELEGRAM_MODES.join(', '),
    default: 'polling',
  })
  @IsIn(TELEGRAM_MODES)
  TELEGRAM_MODE: (typeof TELEGRAM_MODES)[number] = 'polling';

  @Variable({
    group: 'Telegram',
    description: 'Public address of POST /webhooks/telegram',
    allowed: 'an http(s) URL',
    default: 'PUBLIC_URL/webhooks/telegram',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  TELEGRAM_WEBHOOK_URL?: string;

  @Variable({
    group: 'Telegram',
    description: 'Secret Telegram repeats in every webhook call; needed in webhook mode',
    allowed: '1 to 256 of A-Z a-z 0-9 _ -',
    secret: true,
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,256}$/)
  TELEGRAM_WEBHOOK_SECRET?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Address of the account; without it the CRM is off',
    allowed: 'an http(s) URL',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  AMOCRM_BASE_URL?: string;

  @Variable({ group: 'amoCRM', description: 'Long-lived token', allowed: 'text without spaces', secret: true })
  @IsOptional()
  @Matches(/^\S{1,4096}$/)
  AMOCRM_TOKEN?: string;

  @Variable({ group: 'amoCRM', description: 'OAuth: id of the integration', allowed: 'text without spaces' })
  @IsOptional()
  @Matches(/^\S{1,256}$/)
  AMOCRM_CLIENT_ID?: string;

  @Variable({
    group: 'amoCRM',
    description: 'OAuth: secret of the integration',
    allowed: 'text without spaces',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  AMOCRM_CLIENT_SECRET?: string;

  @Variable({ group: 'amoCRM', description: 'OAuth: redirect address', allowed: 'an http(s) URL' })
  @IsOptional()
  @IsUrl(HTTP_URL)
  AMOCRM_REDIRECT_URI?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Server of the Chats API',
    allowed: 'an http(s) URL',
    default: 'https://amojo.amocrm.ru',
  })
  @IsUrl(HTTP_URL)
  AMOCRM_CHATS_BASE_URL = 'https://amojo.amocrm.ru';

  @Variable({ group: 'amoCRM', description: 'Id of the chat channel', allowed: 'text without spaces' })
  @IsOptional()
  @Matches(/^[\w.-]{1,128}$/)
  AMOCRM_CHANNEL_ID?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Secret of the chat channel',
    allowed: 'text without spaces',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  AMOCRM_CHANNEL_SECRET?: string;

  @Variable({ group: 'amoCRM', description: 'Id of the channel’s bot', allowed: 'text without spaces' })
  @IsOptional()
  @Matches(/^[\w.-]{1,128}$/)
  AMOCRM_CHANNEL_BOT_ID?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Scope id of the connected account; asked from the CRM when absent',
    allowed: 'text without spaces',
  })
  @IsOptional()
  @Matches(/^[\w.-]{1,256}$/)
  AMOCRM_SCOPE_ID?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Token in the address of CRM hooks',
    allowed: '16 to 256 of A-Z a-z 0-9 _ -',
    secret: true,
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{16,256}$/)
  AMOCRM_HOOK_TOKEN?: string;

  @Variable({
    group: 'amoCRM',
    description: 'Pipeline of new leads',
    allowed: 'a positive number',
    default: 'the main one',
  })
  @IsOptional()
  @AsInteger()
  @IsInt()
  @Min(1)
  AMOCRM_PIPELINE_ID?: number;

  @Variable({
    group: 'amoCRM',
    description: 'What a manager writes to give the chat back to the bot; clients do not see it',
    allowed: 'phrases separated by semicolons',
    default: RESUME_PHRASES.join('; '),
  })
  @AsList(';')
  @MaxLength(100, { each: true })
  AMOCRM_RESUME_PHRASES: string[] = [...RESUME_PHRASES];

  @Variable({
    group: 'amoCRM',
    description: 'What a manager writes to silence the bot without saying anything; clients do not see it',
    allowed: 'phrases separated by semicolons',
    default: STOP_PHRASES.join('; '),
  })
  @AsList(';')
  @MaxLength(100, { each: true })
  AMOCRM_STOP_PHRASES: string[] = [...STOP_PHRASES];

  @Variable({
    group: 'amoCRM',
    description: 'Domains managers’ files are fetched from, beside the two addresses above',
    allowed: 'domains separated by commas',
    default: MEDIA_DOMAINS.join(','),
  })
  @AsList()
  @Matches(/^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/, { each: true })
  AMOCRM_MEDIA_DOMAINS: string[] = [...MEDIA_DOMAINS];

  @Variable({
    group: 'amoCRM',
    description: 'Hour of Moscow when managers get the summary of the day',
    allowed: '0 to 23, or off',
    default: '19',
  })
  @Matches(/^(?:off|\d|1\d|2[0-3])$/)
  AMOCRM_SUMMARY_HOUR = '19';

  @Variable({
    group: 'Workers',
    description: 'Queues this worker serves, separated by commas',
    allowed: `some of ${WORKER_QUEUE_NAMES.join(', ')}`,
    default: WORKER_QUEUE_NAMES.join(','),
  })
  @AsList()
  @IsIn(WORKER_QUEUE_NAMES, { each: true })
  WORKER_QUEUES: (typeof WORKER_QUEUE_NAMES)[number][] = [...WORKER_QUEUE_NAMES];

  @Variable({
    group: 'Workers',
    description: 'Jobs of one queue a worker process runs at once',
    allowed: '1 to 64',
    default: '2',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(64)
  WORKER_CONCURRENCY = 2;

  @Variable({
    group: 'Workers',
    description: 'Threads of a worker process that compute models and reports; analog search has one more',
    allowed: '1 to 32',
    default: '1',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(32)
  WORKER_THREADS = 1;

  @Variable({
    group: 'Workers',
    description: 'Memory limit of one computing thread, MiB; the lots of analog search are counted apart',
    allowed: '64 to 8192',
    default: '512',
  })
  @AsInteger()
  @IsInt()
  @Min(64)
  @Max(8_192)
  WORKER_THREAD_MEMORY_MB = 512;

  @Variable({
    group: 'Workers',
    description: 'Memory for answers that are given again to identical requests, MiB; 0 keeps none',
    allowed: '0 to 4096',
    default: '32',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(4_096)
  WORKER_CACHE_MB = 32;

  @Variable({
    group: 'Workers',
    description: 'Limit of one job; past it its thread is stopped and the job tried again',
    allowed: '1000 to 600000 ms',
    default: '60000',
  })
  @AsInteger()
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  WORKER_JOB_TIMEOUT_MS = 60_000;

  @Variable({
    group: 'Workers',
    description: 'A worker silent for this long has died and another runs its jobs',
    allowed: '1000 to 600000 ms',
    default: '30000',
  })
  @AsInteger()
  @IsInt()
  @Min(1_000)
  @Max(600_000)
  WORKER_LOCK_MS = 30_000;

  @Variable({
    group: 'Files',
    description: 'Key that signs links to files; the same in every process. Kept in the data folder when absent',
    allowed: '32 to 256 characters',
    default: 'generated',
    secret: true,
  })
  @IsOptional()
  @MinLength(32)
  @MaxLength(256)
  FILES_SECRET?: string;

  @Variable({
    group: 'Files',
    description: 'Largest accepted file, bytes',
    allowed: '1024 to 104857600',
    default: '20971520',
  })
  @AsInteger()
  @IsInt()
  @Min(1024)
  @Max(104_857_600)
  FILES_MAX_BYTES = 20_971_520;

  @Variable({
    group: 'Files',
    description: 'How long a signed link to a file works, seconds',
    allowed: '10 to 604800',
    default: '3600',
  })
  @AsInteger()
  @IsInt()
  @Min(10)
  @Max(604_800)
  FILES_LINK_SECONDS = 3600;

  @Variable({
    group: 'Files',
    description: 'S3-compatible store; without it files are kept in the data folder',
    allowed: 'an http(s) URL',
    default: 'data folder',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  S3_ENDPOINT?: string;

  @Variable({ group: 'Files', description: 'Region of the store', allowed: 'a region name', default: 'us-east-1' })
  @Matches(/^[\w-]{1,64}$/)
  S3_REGION = 'us-east-1';

  @Variable({ group: 'Files', description: 'Bucket', allowed: 'a bucket name' })
  @IsOptional()
  @Matches(/^[a-z0-9.-]{3,63}$/)
  S3_BUCKET?: string;

  @Variable({ group: 'Files', description: 'Access key', allowed: 'text without spaces', secret: true })
  @IsOptional()
  @Matches(/^\S{1,256}$/)
  S3_ACCESS_KEY?: string;

  @Variable({ group: 'Files', description: 'Secret key', allowed: 'text without spaces', secret: true })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  S3_SECRET_KEY?: string;
}
