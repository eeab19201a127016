import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { WEBHOOK_EVENTS, type WebhookDelivery, type WebhookEndpoint, type WebhookEvent } from './webhook.js';

const DELIVERY_STATES = ['pending', 'sent', 'dead'] as const;

export class WebhookParams {
  @ApiProperty({ pattern: '^wh-[0-9a-f]{24}$' })
  @Matches(/^wh-[0-9a-f]{24}$/)
  webhookId!: string;
}

export class DeliveryParams extends WebhookParams {
  @ApiProperty({ pattern: '^wd-[0-9a-f]{32}$' })
  @Matches(/^wd-[0-9a-f]{32}$/)
  deliveryId!: string;
}

export class WebhookBody {
  @ApiProperty({
    maxLength: 2048,
    description: 'A public https address; redirects are not followed',
    example: 'https://partner.example/wewall',
  })
  @IsString()
  @MaxLength(2048)
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  url!: string;

  @ApiPropertyOptional({ enum: WEBHOOK_EVENTS, isArray: true, default: [...WEBHOOK_EVENTS], minItems: 1, maxItems: 3 })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(WEBHOOK_EVENTS.length)
  @IsIn(WEBHOOK_EVENTS, { each: true })
  events: WebhookEvent[] = [...WEBHOOK_EVENTS];
}

export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value))
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;
}

export class WebhooksQuery extends PageQuery {
  @ApiPropertyOptional({ pattern: '^wh-[0-9a-f]{24}$', description: '`nextCursor` of the page before' })
  @IsOptional()
  @Matches(/^wh-[0-9a-f]{24}$/)
  cursor?: string;
}

export class DeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ pattern: '^[1-9][0-9]{0,17}$', description: '`nextCursor` of the page before' })
  @IsOptional()
  @Matches(/^[1-9]\d{0,17}$/)
  cursor?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATES, description: '`dead`: given up, may be replayed' })
  @IsOptional()
  @IsIn(DELIVERY_STATES)
  state?: WebhookDelivery['state'];
}

export class WebhookView {
  @ApiProperty() id!: string;
  @ApiProperty() url!: string;
  @ApiProperty({ enum: WEBHOOK_EVENTS, isArray: true }) events!: WebhookEvent[];
  @ApiProperty({ enum: ['active', 'disabled'], description: '`disabled`: nothing could be delivered for three days' })
  state!: WebhookEndpoint['state'];
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Since when deliveries fail' })
  failingSince!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) lastSuccessAt!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
}

export class NewWebhookView extends WebhookView {
  @ApiProperty({ description: 'Signs the deliveries; shown this once' }) secret!: string;
}

export class WebhookSecretView {
  @ApiProperty({ description: 'The new secret, shown this once; the former signs beside it for 24 hours' })
  secret!: string;
}

export class WebhookPageView {
  @ApiProperty({ type: [WebhookView] }) items!: WebhookView[];
  @ApiProperty({ type: String, nullable: true, description: 'Continues the list; null at its end' })
  nextCursor!: string | null;
}

export class DeliveryView {
  @ApiProperty({ description: 'The event’s id, as `webhook-id` tells it' }) id!: string;
  @ApiProperty({ enum: WEBHOOK_EVENTS }) type!: WebhookEvent;
  @ApiProperty({ enum: DELIVERY_STATES }) state!: WebhookDelivery['state'];
  @ApiProperty({ minimum: 0 }) attempts!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'What the endpoint answered last' }) status!: number | null;
  @ApiProperty({ type: String, nullable: true }) error!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) settledAt!: string | null;
}

export class DeliveryPageView {
  @ApiProperty({ type: [DeliveryView] }) items!: DeliveryView[];
  @ApiProperty({ type: String, nullable: true }) nextCursor!: string | null;
}

export class ReplayView {
  @ApiProperty({ minimum: 0, description: 'Deliveries put back' }) replayed!: number;
}
