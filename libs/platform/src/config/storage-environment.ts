import 'reflect-metadata';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { AsInteger } from './text-value.js';
import { Variable } from './variable.js';

const STORES = ['postgres', 'mongo'] as const;

/** Variables of the databases and of how long what is in them is kept. */
export class StorageEnvironment {
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
    description:
      'The same database as the role the processes run as: `data:seed` and `runtime-role`, run as its owner, give that role its rights and password',
    allowed: 'postgres://… or postgresql://…',
    secret: true,
  })
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\/\S+$/)
  RUNTIME_DATABASE_URL?: string;

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
}
