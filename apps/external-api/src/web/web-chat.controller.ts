import {
  Body,
  Controller,
  Get,
  HttpCode,
  Post,
  Query,
  Req,
  Res,
  UploadedFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { ApiMessage } from '#libs/channels';
import type { Owner } from '#libs/chats';
import { ReadBody } from '../chats/chat-changes.controller.js';
import { type AcceptedMessageView, EventsQuery, PostMessageBody, TranscriptQuery } from '../chats/chats.dto.js';
import { type ChatAddress, Conversations } from '../chats/conversations.js';
import { resumePoint } from '../chats/live-events.js';
import { UPLOAD_LIMITS, type UploadView } from '../uploads/uploads.controller.js';
import { type IncomingFile, Uploads } from '../uploads/uploads.js';
import { Visitor, VisitorGuard } from './visitor.guard.js';

const uploaderOf = (visitor: string) => `web:${visitor}`;

function addressOf(visitor: string): ChatAddress {
  return {
    inner: `web:${visitor}`,
    outer: visitor,
    channel: 'web',
    uploader: uploaderOf(visitor),
    relativeLinks: true,
  };
}

/** The web chat's own requests: no key, a visitor's cookie. Not part of the public API. */
@ApiExcludeController()
@Controller('web')
@UseGuards(VisitorGuard)
export class WebChatController {
  constructor(
    private readonly conversations: Conversations,
    private readonly uploads: Uploads,
  ) {}

  @Post('session')
  @HttpCode(200)
  async session(@Visitor() visitor: string): Promise<{ owner: Owner }> {
    return { owner: await this.conversations.owner(addressOf(visitor)) };
  }

  @Post('messages')
  @HttpCode(202)
  async post(@Visitor() visitor: string, @Body() body: PostMessageBody): Promise<Omit<AcceptedMessageView, 'chatId'>> {
    const { messageId, seq, duplicate } = await this.conversations.post(addressOf(visitor), body, 0);
    return { messageId, seq, duplicate };
  }

  @Post('typing')
  @HttpCode(204)
  typing(@Visitor() visitor: string): Promise<void> {
    return this.conversations.typing(addressOf(visitor));
  }

  @Post('read')
  @HttpCode(204)
  async markRead(@Visitor() visitor: string, @Body() { seq }: ReadBody): Promise<void> {
    await this.conversations.markRead(addressOf(visitor), seq);
  }

  @Get('messages')
  read(@Visitor() visitor: string, @Query() { after, limit }: TranscriptQuery): Promise<ApiMessage[]> {
    return this.conversations.messagesAfter(addressOf(visitor), after, limit);
  }

  @Get('events')
  async events(
    @Visitor() visitor: string,
    @Query() query: EventsQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.conversations.stream(addressOf(visitor), resumePoint(request, query.after), response);
  }

  @Post('uploads')
  @HttpCode(201)
  @UseInterceptors(FileInterceptor('file', UPLOAD_LIMITS))
  async upload(@Visitor() visitor: string, @UploadedFile() file: IncomingFile | undefined): Promise<UploadView> {
    return { uploadId: await this.uploads.accept(uploaderOf(visitor), file) };
  }
}
