import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { ApiMessage } from '#libs/channels';
import type { ChatView } from '#libs/chats';
import { ApiProblems, ProblemView } from '../http/problem-schema.js';
import { Idempotent } from '../idempotency/idempotent.js';
import { ApiKeyGuard, CallerKey, RequireScope } from '../keys/api-key.guard.js';
import type { ApiKey } from '../keys/api-key.js';
import {
  AcceptedMessageView,
  AnsweredMessageView,
  ChatParams,
  ChatStateView,
  EventsQuery,
  MessageView,
  OwnerBody,
  PostMessageBody,
  TranscriptQuery,
  WaitQuery,
} from './chats.dto.js';
import { type ChatAddress, Conversations } from './conversations.js';
import { resumePoint } from './live-events.js';

/** The chat a partner's id names. */
export function addressOf(key: ApiKey, { chatId }: ChatParams): ChatAddress {
  return { inner: `rest:${key.id}:${chatId}`, outer: chatId, channel: 'rest', uploader: `rest:${key.id}` };
}

/** Chats of partners: `chatId` is the partner's own, inside it carries the key's id, so two partners never meet. */
@ApiTags('chats')
@ApiBearerAuth()
@ApiExtraModels(ProblemView)
@Controller('api/v1/chats/:chatId')
@UseGuards(ApiKeyGuard)
@RequireScope('chats')
export class ChatsController {
  constructor(private readonly conversations: Conversations) {}

  @Post('messages')
  @HttpCode(202)
  @ApiOperation({ summary: 'A client’s message; the same id any number of times is one message' })
  @ApiResponse({ status: 200, type: AnsweredMessageView, description: 'With ?wait=: the turn and its jobs are done' })
  @ApiResponse({ status: 202, type: AcceptedMessageView, description: 'Stored; replies will follow' })
  @ApiProblems(400, 401, 403, 413, 415, 422, 429, 507)
  async post(
    @CallerKey() key: ApiKey,
    @Param() params: ChatParams,
    @Query() { wait }: WaitQuery,
    @Body() body: PostMessageBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AcceptedMessageView | AnsweredMessageView> {
    const answer = await this.conversations.post(addressOf(key, params), body, wait ?? 0);
    if ('replies' in answer) response.status(200);
    return answer;
  }

  @Get('messages')
  @ApiOperation({ summary: 'Transcript, oldest first' })
  @ApiResponse({
    status: 200,
    type: [MessageView],
    headers: { Link: { description: '`rel="next"`: the messages after these', schema: { type: 'string' } } },
  })
  @ApiProblems(400, 401, 403, 404, 429)
  async read(
    @CallerKey() key: ApiKey,
    @Param() params: ChatParams,
    @Query() { after, limit }: TranscriptQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ApiMessage[]> {
    const messages = await this.conversations.read(addressOf(key, params), after, limit);
    const last = messages.at(-1);
    // A full page may have another after it; a short one is the end for now.
    if (last && messages.length === limit) {
      response.set('Link', `</api/v1/chats/${params.chatId}/messages?after=${last.seq}&limit=${limit}>; rel="next"`);
    }
    return messages;
  }

  @Get()
  @ApiOperation({ summary: 'Where the chat stands' })
  @ApiResponse({ status: 200, type: ChatStateView })
  @ApiProblems(400, 401, 403, 404, 429)
  state(@CallerKey() key: ApiKey, @Param() params: ChatParams): Promise<ChatView> {
    return this.conversations.state(addressOf(key, params));
  }

  @Get('events')
  @ApiOperation({
    summary: 'Server-sent events: message, edit, draft, typing, owner, read; ping every 15 s',
    description: [
      '`message`, `edit`: a message as in the transcript. `typing` `{typing}`, `owner` `{owner}`, `read` `{seq}`.',
      '`draft` `{text, inReplyTo?}`: what the bot is writing in answer to that message, the whole of it so far. Show it until the',
      'message comes or a draft with an empty text takes it away; it is in no transcript and may never be said.',
    ].join(' '),
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'seq of the last message seen: the stream goes on after it',
  })
  @ApiResponse({
    status: 200,
    description: 'Lines of `event:`, `id:` (seq of a message) and `data:` (JSON)',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiProblems(400, 401, 403, 429)
  async events(
    @CallerKey() key: ApiKey,
    @Param() params: ChatParams,
    @Query() query: EventsQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.conversations.stream(addressOf(key, params), resumePoint(request, query.after), response);
  }

  @Post('owner')
  @HttpCode(200)
  @Idempotent()
  @RequireScope('manage')
  @ApiOperation({ summary: 'A manager takes the chat over (the bot is silent) or gives it back' })
  @ApiResponse({ status: 200, type: ChatStateView })
  @ApiProblems(400, 401, 403, 404, 413, 429)
  changeOwner(@CallerKey() key: ApiKey, @Param() params: ChatParams, @Body() { owner }: OwnerBody): Promise<ChatView> {
    return this.conversations.changeOwner(addressOf(key, params), owner);
  }
}
