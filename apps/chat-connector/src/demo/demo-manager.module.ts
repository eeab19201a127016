import path from 'node:path';
import {
  Body,
  Controller,
  type DynamicModule,
  Get,
  HttpCode,
  Inject,
  Module,
  Param,
  Patch,
  Post,
  Res,
} from '@nestjs/common';
import { IsString, Length, Matches } from 'class-validator';
import type { Response } from 'express';
import { ChatNotFoundError, type ChatStore } from '#libs/chats';
import { Problem, Undocumented } from '#libs/platform';

const ASSETS = path.join(import.meta.dirname, 'assets');
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What a manager sees and does in the simulated account. */
export interface DemoDesk {
  chats(): object[];
  /** False when there is no such chat. */
  say(chatId: string, text: string): boolean;
  /** False when there is no such message of a manager. */
  edit(messageId: string, text: string): boolean;
  /** False when there is no such chat. */
  type(chatId: string): boolean;
  /** The manager has the chat before his eyes; false when it has no talk in work. */
  read(chatId: string): boolean;
  /** False when there is nothing to close. */
  closeTalk(chatId: string): boolean;
}

const DESK = Symbol('DemoDesk');
const CHATS = Symbol('DemoChats');

class ManagerSays {
  @IsString()
  @Length(1, 4_000)
  @Matches(/\S/)
  text!: string;
}

/** The demo manager's page: amoCRM as a newcomer without an account meets it. */
@Undocumented()
@Controller('demo/manager')
class DemoManagerController {
  constructor(
    @Inject(DESK) private readonly desk: DemoDesk,
    @Inject(CHATS) private readonly chats: ChatStore,
  ) {}

  @Get()
  page(@Res() response: Response): void {
    response.set({ 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'Cache-Control': 'no-cache' });
    response.sendFile('index.html', { root: ASSETS, cacheControl: false });
  }

  @Get('assets/:file')
  asset(@Param('file') file: string, @Res() response: Response): void {
    if (!/^[a-z][a-z-]*\.(?:js|css)$/.test(file)) throw new Problem(404, 'NOT_FOUND', 'Nothing here');
    response.set('Cache-Control', 'no-cache');
    response.sendFile(file, { root: ASSETS, cacheControl: false }, (error) => {
      if (error && !response.headersSent) response.status(404).end();
    });
  }

  @Get('chats')
  async list(): Promise<object[]> {
    const chats = this.desk.chats() as { conversationId: string | null }[];
    return Promise.all(chats.map(async (chat) => ({ ...chat, owner: await this.ownerOf(chat.conversationId) })));
  }

  @Post('chats/:chatId/messages')
  @HttpCode(204)
  say(@Param('chatId') chatId: string, @Body() { text }: ManagerSays): void {
    if (!this.desk.say(chatId, text)) throw new Problem(404, 'CHAT_NOT_FOUND', 'There is no such chat');
  }

  @Patch('messages/:messageId')
  @HttpCode(204)
  edit(@Param('messageId') messageId: string, @Body() { text }: ManagerSays): void {
    if (!this.desk.edit(messageId, text))
      throw new Problem(404, 'MESSAGE_NOT_FOUND', 'There is no such message of yours');
  }

  @Post('chats/:chatId/typing')
  @HttpCode(204)
  type(@Param('chatId') chatId: string): void {
    if (!this.desk.type(chatId)) throw new Problem(404, 'CHAT_NOT_FOUND', 'There is no such chat');
  }

  @Post('chats/:chatId/read')
  @HttpCode(204)
  read(@Param('chatId') chatId: string): void {
    if (!this.desk.read(chatId)) throw new Problem(409, 'NO_OPEN_TALK', 'The chat has no talk in work');
  }

  @Post('chats/:chatId/close')
  @HttpCode(204)
  close(@Param('chatId') chatId: string): void {
    if (!this.desk.closeTalk(chatId)) throw new Problem(409, 'NO_OPEN_TALK', 'The chat has no talk in work');
  }

  private async ownerOf(chatId: string | null): Promise<string | null> {
    if (chatId === null) return null;
    try {
      return (await this.chats.view(chatId)).owner;
    } catch (error) {
      if (error instanceof ChatNotFoundError) return null;
      throw error;
    }
  }
}

/** Import it only outside production and only while amoCRM is not configured. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are classes.
export class DemoManagerModule {
  static register(parts: { desk: DemoDesk; chats: ChatStore }): DynamicModule {
    return {
      module: DemoManagerModule,
      controllers: [DemoManagerController],
      providers: [
        { provide: DESK, useValue: parts.desk },
        { provide: CHATS, useValue: parts.chats },
      ],
    };
  }
}
