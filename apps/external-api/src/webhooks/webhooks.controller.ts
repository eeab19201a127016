import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '#libs/platform';
import { ApiProblems, ProblemView } from '../http/problem-schema.js';
import { IdempotencyId } from '../idempotency/idempotency.interceptor.js';
import { Idempotent } from '../idempotency/idempotent.js';
import { ApiKeyGuard, CallerKey, RequireScope } from '../keys/api-key.guard.js';
import type { ApiKey } from '../keys/api-key.js';
import type { WebhookEndpoint } from './webhook.js';
import {
  DeliveriesQuery,
  DeliveryPageView,
  DeliveryParams,
  NewWebhookView,
  ReplayView,
  WebhookBody,
  WebhookPageView,
  WebhookParams,
  WebhookSecretView,
  WebhooksQuery,
  WebhookView,
} from './webhooks.dto.js';
import { Webhooks } from './webhooks.js';

function viewOf({ keyId: _keyId, ...view }: WebhookEndpoint): WebhookView {
  return view;
}

/** Where partners are told what happened in their chats and jobs. */
@ApiTags('webhooks')
@ApiBearerAuth()
@ApiExtraModels(ProblemView)
@Controller('api/v1/webhooks')
@UseGuards(ApiKeyGuard)
@RequireScope('webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: Webhooks) {}

  @Post()
  @HttpCode(201)
  @Idempotent()
  @ApiOperation({ summary: 'Registers a webhook; how deliveries are signed stands in docs/api.md' })
  @ApiResponse({ status: 201, type: NewWebhookView })
  @ApiProblems(400, 401, 403, 409, 413, 422, 429)
  async register(
    @CallerKey() key: ApiKey,
    @Body() body: WebhookBody,
    @IdempotencyId() idempotencyId: string | undefined,
  ): Promise<NewWebhookView> {
    const { endpoint, secret } = await this.webhooks.register(key.id, body, idempotencyId);
    return { ...viewOf(endpoint), secret };
  }

  @Get()
  @ApiOperation({ summary: 'The key’s webhooks, oldest first' })
  @ApiResponse({ status: 200, type: WebhookPageView })
  @ApiProblems(400, 401, 403, 429)
  async list(@CallerKey() key: ApiKey, @Query() { cursor, limit }: WebhooksQuery): Promise<WebhookPageView> {
    const { items, nextCursor } = await this.webhooks.list(key.id, cursor, limit);
    return { items: items.map(viewOf), nextCursor };
  }

  @Get(':webhookId')
  @ApiOperation({ summary: 'One webhook and how it stands' })
  @ApiResponse({ status: 200, type: WebhookView })
  @ApiProblems(400, 401, 403, 404, 429)
  async one(@CallerKey() key: ApiKey, @Param() { webhookId }: WebhookParams): Promise<WebhookView> {
    return viewOf(await this.webhooks.find(key.id, webhookId));
  }

  @Delete(':webhookId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes a webhook and whatever was still to be delivered' })
  @ApiResponse({ status: 204, description: 'Gone' })
  @ApiProblems(400, 401, 403, 404, 429)
  async remove(@CallerKey() key: ApiKey, @Param() { webhookId }: WebhookParams): Promise<void> {
    await this.webhooks.remove(key.id, webhookId);
  }

  @Post(':webhookId/secret')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'A new secret; the former signs beside it for 24 hours' })
  @ApiResponse({ status: 200, type: WebhookSecretView })
  @ApiProblems(400, 401, 403, 404, 429)
  async rotate(@CallerKey() key: ApiKey, @Param() { webhookId }: WebhookParams): Promise<WebhookSecretView> {
    return { secret: await this.webhooks.rotateSecret(key.id, webhookId) };
  }

  @Post(':webhookId/enable')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Switches a disabled webhook on again' })
  @ApiResponse({ status: 200, type: WebhookView })
  @ApiProblems(400, 401, 403, 404, 429)
  async enable(@CallerKey() key: ApiKey, @Param() { webhookId }: WebhookParams): Promise<WebhookView> {
    return viewOf(await this.webhooks.enable(key.id, webhookId));
  }

  @Get(':webhookId/deliveries')
  @ApiOperation({ summary: 'What was and is to be delivered, newest first; sent ones are kept for a week' })
  @ApiResponse({ status: 200, type: DeliveryPageView })
  @ApiProblems(400, 401, 403, 404, 429)
  deliveries(
    @CallerKey() key: ApiKey,
    @Param() { webhookId }: WebhookParams,
    @Query() query: DeliveriesQuery,
  ): Promise<DeliveryPageView> {
    return this.webhooks.listDeliveries(key.id, webhookId, query);
  }

  @Post(':webhookId/replay')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Puts every dead delivery back' })
  @ApiResponse({ status: 200, type: ReplayView })
  @ApiProblems(400, 401, 403, 404, 429)
  async replayAll(@CallerKey() key: ApiKey, @Param() { webhookId }: WebhookParams): Promise<ReplayView> {
    return { replayed: await this.webhooks.replay(key.id, webhookId) };
  }

  @Post(':webhookId/deliveries/:deliveryId/replay')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Puts one dead delivery back' })
  @ApiResponse({ status: 200, type: ReplayView })
  @ApiProblems(400, 401, 403, 404, 429)
  async replayOne(@CallerKey() key: ApiKey, @Param() params: DeliveryParams): Promise<ReplayView> {
    const replayed = await this.webhooks.replay(key.id, params.webhookId, params.deliveryId);
    if (replayed === 0) throw new Problem(404, 'DELIVERY_NOT_DEAD', 'There is no dead delivery of that id');
    return { replayed };
  }
}
