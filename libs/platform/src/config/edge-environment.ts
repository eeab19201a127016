import 'reflect-metadata';
import {
  ArrayNotEmpty,
  IsInt,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  Validate,
  ValidatorConstraint,
} from 'class-validator';
import { Ports } from '../http/ports.js';
import { Networks } from '../http/public-address.js';
import { AsInteger, AsList } from './text-value.js';
import { Variable } from './variable.js';

@ValidatorConstraint({ name: 'networks' })
class AreNetworks {
  validate(value: unknown): boolean {
    try {
      new Networks(Array.isArray(value) ? value.map(String) : ['']);
      return true;
    } catch {
      return false;
    }
  }
}

@ValidatorConstraint({ name: 'ports' })
class ArePorts {
  validate(value: unknown): boolean {
    try {
      new Ports(Array.isArray(value) ? value.map(String) : ['']);
      return true;
    } catch {
      return false;
    }
  }
}

const previous = (name: string) => ({
  group: 'Rotation of secrets' as const,
  description: `The former ${name}, still accepted while it is being changed; see docs/operations.md`,
  secret: true,
});

/** Variables of the edge: who may call us how often, whom we call on somebody's word, and secrets that are being changed. */
export class EdgeEnvironment {
  @Variable({
    group: 'Partners',
    description:
      'Requests a minute one address may make, of all processes together with Redis; 0 = no limit. Keys have limits of their own',
    allowed: '0 to 10000000',
    default: '60000',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  RATE_LIMIT_PER_ADDRESS = 60_000;

  @Variable({
    group: 'Partners',
    description:
      'Networks of ours that webhooks and attachments may reach, in plain http too; everything else private is refused',
    allowed: 'networks as address/prefix, separated by commas',
    default: 'none',
  })
  @AsList()
  @Validate(AreNetworks)
  OUTBOUND_ALLOWED_NETWORKS: string[] = [];

  @Variable({
    group: 'Partners',
    description:
      'Ports of public https addresses that webhooks and attachments may reach; the network must let them out',
    allowed: 'ports and ranges, separated by commas',
    default: '443,1024-65535',
  })
  @AsList()
  @ArrayNotEmpty()
  @Validate(ArePorts)
  OUTBOUND_PORTS: string[] = ['443', '1024-65535'];

  @Variable({
    group: 'Partners',
    description: 'How long one delivery to a partner’s webhook may take, ms',
    allowed: '100 to 20000',
    default: '10000',
  })
  @AsInteger()
  @IsInt()
  @Min(100)
  @Max(20_000)
  WEBHOOK_TIMEOUT_MS = 10_000;

  @Variable({
    group: 'Partners',
    description: 'Pause before a failed delivery is tried again, ms; grows threefold each time up to six hours',
    allowed: '10 to 600000',
    default: '5000',
  })
  @AsInteger()
  @IsInt()
  @Min(10)
  @Max(600_000)
  WEBHOOK_RETRY_MS = 5_000;

  @Variable({
    group: 'Partners',
    description: 'Hours without one successful delivery after which a webhook is switched off',
    allowed: '1 to 720',
    default: '72',
  })
  @AsInteger()
  @IsInt()
  @Min(1)
  @Max(720)
  WEBHOOK_DISABLE_HOURS = 72;

  @Variable({ ...previous('TELEGRAM_WEBHOOK_SECRET'), allowed: '1 to 256 of A-Z a-z 0-9 _ -' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,256}$/)
  TELEGRAM_WEBHOOK_SECRET_PREVIOUS?: string;

  @Variable({ ...previous('AMOCRM_HOOK_TOKEN'), allowed: '16 to 256 of A-Z a-z 0-9 _ -' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{16,256}$/)
  AMOCRM_HOOK_TOKEN_PREVIOUS?: string;

  @Variable({ ...previous('AMOCRM_CHANNEL_SECRET'), allowed: 'text without spaces' })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  AMOCRM_CHANNEL_SECRET_PREVIOUS?: string;

  @Variable({ ...previous('VISITOR_SECRET'), allowed: '32 to 256 characters' })
  @IsOptional()
  @MinLength(32)
  @MaxLength(256)
  VISITOR_SECRET_PREVIOUS?: string;

  @Variable({ ...previous('FILES_SECRET'), allowed: '32 to 256 characters' })
  @IsOptional()
  @MinLength(32)
  @MaxLength(256)
  FILES_SECRET_PREVIOUS?: string;
}
