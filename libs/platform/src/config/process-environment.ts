import 'reflect-metadata';
import { IsIn, IsInt, IsOptional, IsUrl, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { AsInteger, AsList, HTTP_URL } from './text-value.js';
import { Variable } from './variable.js';

const NODE_ENVS = ['development', 'test', 'production'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Variables of every process: where it listens, logs and keeps what it generates, and who may call it. */
export class ProcessEnvironment {
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
}
