import { Body, Controller, HttpCode, Param, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsInt, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { MAX_CLIENT_TEXT } from '#libs/channels';
import { ApiProblems } from '../http/problem-schema.js';
import { ApiKeyGuard, CallerKey, RequireScope } from '../keys/api-key.guard.js';
import type { ApiKey } from '../keys/api-key.js';
import { addressOf } from './chats.controller.js';
import { ChatParams } from './chats.dto.js';
import { Conversations } from './conversations.js';

class MessageParams extends ChatParams {
  @ApiProperty({ maxLength: 128, description: 'The caller’s id of the message' })
  @MaxLength(128)
  @Matches(/^[\x21-\x7e]+$/, { message: 'messageId must be printable ASCII without spaces' })
  messageId!: string;
}

class EditMessageBody {
  @ApiProperty({ minLength: 1, maxLength: MAX_CLIENT_TEXT, example: 'хочу снять офис метров двести' })
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_CLIENT_TEXT)
  text!: string;
}

export class ReadBody {
  @ApiProperty({ minimum: 1, maximum: 2_147_483_647, description: 'Everything up to this message has been read' })
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  seq!: number;
}

class EditedMessageView {
  @ApiProperty() chatId!: string;
  @ApiProperty({ description: 'The caller’s id' }) messageId!: string;
  @ApiProperty({ description: 'False when the text was the same already' }) changed!: boolean;
}

/** What a client does to a chat beside writing: changes a message, types, reads. */
@ApiTags('chats')
@ApiBearerAuth()
@Controller('api/v1/chats/:chatId')
@UseGuards(ApiKeyGuard)
@RequireScope('chats')
export class ChatChangesController {
  constructor(private readonly conversations: Conversations) {}

  @Patch('messages/:messageId')
  @ApiOperation({
    summary: 'The client has changed a message; an answer it gave is corrected when its meaning changed',
  })
  @ApiResponse({ status: 200, type: EditedMessageView })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 429)
  async edit(
    @CallerKey() key: ApiKey,
    @Param() params: MessageParams,
    @Body() { text }: EditMessageBody,
  ): Promise<EditedMessageView> {
    const changed = await this.conversations.edit(addressOf(key, params), params.messageId, text);
    return { chatId: params.chatId, messageId: params.messageId, changed };
  }

  @Post('typing')
  @HttpCode(204)
  @ApiOperation({ summary: 'The client types: shown to a manager who has the chat for the next 5 s' })
  @ApiResponse({ status: 204, description: 'Noted' })
  @ApiProblems(400, 401, 403, 404, 429)
  typing(@CallerKey() key: ApiKey, @Param() params: ChatParams): Promise<void> {
    return this.conversations.typing(addressOf(key, params));
  }

  @Post('read')
  @HttpCode(204)
  @ApiOperation({ summary: 'The client has read the messages up to this one: managers see theirs as read' })
  @ApiResponse({ status: 204, description: 'Noted' })
  @ApiProblems(400, 401, 403, 404, 413, 415, 429)
  read(@CallerKey() key: ApiKey, @Param() params: ChatParams, @Body() { seq }: ReadBody): Promise<void> {
    return this.conversations.markRead(addressOf(key, params), seq);
  }
}
