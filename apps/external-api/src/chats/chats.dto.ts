import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
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
  MinLength,
  ValidateNested,
} from 'class-validator';
import { MAX_CLIENT_TEXT } from '#libs/channels';
import type { Author, Owner } from '#libs/chats';

/** The longest a request may wait for replies, ms. */
export const MAX_WAIT_MS = 30_000;
/** The largest position of a message there can be. */
const MAX_SEQ = 2_147_483_647;

export class ChatParams {
  @ApiProperty({
    pattern: '^[A-Za-z0-9._:-]{1,128}$',
    example: 'lead-42',
    description: 'The caller’s own id of the chat',
  })
  @Matches(/^[A-Za-z0-9._:-]{1,128}$/)
  chatId!: string;
}

export class AttachmentInput {
  @ApiPropertyOptional({ description: 'A file uploaded with POST /api/v1/uploads' })
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/)
  uploadId?: string;

  @ApiPropertyOptional({
    description: 'A public https address to fetch the file from',
    example: 'https://example.org/plan.pdf',
  })
  @IsOptional()
  @IsUrl({ protocols: ['https'], require_protocol: true })
  @MaxLength(2048)
  url?: string;
}

export class ProfileInput {
  @ApiPropertyOptional({ maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({ maxLength: 40, example: '+7 999 000-00-00' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  phone?: string;
}

export class PostMessageBody {
  @ApiProperty({
    minLength: 1,
    maxLength: 128,
    description: 'The caller’s id of the message: the same id again is the same message',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(128)
  @Matches(/^[\x21-\x7e]+$/, { message: 'id must be printable ASCII without spaces' })
  id!: string;

  @ApiPropertyOptional({ maxLength: MAX_CLIENT_TEXT, example: 'хочу снять офис метров сто у Павелецкой' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_CLIENT_TEXT)
  text?: string;

  @ApiPropertyOptional({ maxLength: 64, description: 'Payload of a pressed button', example: 'search.confirm' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  button?: string;

  @ApiPropertyOptional({ type: [AttachmentInput], maxItems: 10 })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => AttachmentInput)
  attachments?: AttachmentInput[];

  @ApiPropertyOptional({ type: ProfileInput })
  @IsOptional()
  @ValidateNested()
  @Type(() => ProfileInput)
  profile?: ProfileInput;
}

const toInteger = ({ value }: { value: unknown }) =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;

export class WaitQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_WAIT_MS,
    description: 'Wait up to this many milliseconds for the replies',
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(MAX_WAIT_MS)
  wait?: number;
}

export class TranscriptQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_SEQ,
    default: 0,
    description: 'Messages after this seq',
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(MAX_SEQ)
  after: number = 0;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 500, default: 100 })
  @IsOptional()
  @Transform(toInteger)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;
}

export class EventsQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_SEQ,
    description: 'Start after this seq; the header Last-Event-ID, when present, wins',
  })
  @IsOptional()
  @Transform(toInteger)
  @IsInt()
  @Min(0)
  @Max(MAX_SEQ)
  after?: number;
}

export class OwnerBody {
  @ApiProperty({ enum: ['bot', 'manager'] })
  @IsIn(['bot', 'manager'])
  owner!: Owner;
}

export class ButtonView {
  @ApiProperty() text!: string;
  @ApiProperty({ description: 'Send it back as `button`', maxLength: 64 }) payload!: string;
}

export class CardRowView {
  @ApiProperty() label!: string;
  @ApiProperty() value!: string;
}

export class CardView {
  @ApiProperty() title!: string;
  @ApiPropertyOptional() subtitle?: string;
  @ApiProperty({ type: [CardRowView] }) rows!: CardRowView[];
  @ApiPropertyOptional() imageUrl?: string;
}

export class AttachmentView {
  @ApiProperty() name!: string;
  @ApiProperty({ description: 'A signed address that works for a while' }) url!: string;
  @ApiProperty() contentType!: string;
}

export class MessageView {
  @ApiProperty({ minimum: 1, description: 'Position in the transcript, without gaps' }) seq!: number;
  @ApiProperty({ enum: ['client', 'bot', 'manager'] }) author!: Author;
  @ApiProperty() text!: string;
  @ApiPropertyOptional({ description: 'Payload of the button the client pressed' }) button?: string;
  @ApiPropertyOptional({ type: [ButtonView] }) buttons?: ButtonView[];
  @ApiPropertyOptional({ type: [CardView] }) cards?: CardView[];
  @ApiPropertyOptional({ type: [AttachmentView] }) attachments?: AttachmentView[];
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'When its author last changed the text' }) editedAt?: string;
  @ApiPropertyOptional({ description: 'The caller’s id of the message this one answers' }) inReplyTo?: string;
}

export class AcceptedMessageView {
  @ApiProperty() chatId!: string;
  @ApiProperty({ description: 'The caller’s id' }) messageId!: string;
  @ApiProperty({ description: 'Place of the message in the transcript' }) seq!: number;
  @ApiProperty({ description: 'True when this id was stored before' }) duplicate!: boolean;
}

export class AnsweredMessageView extends AcceptedMessageView {
  @ApiProperty({ type: [MessageView] }) replies!: MessageView[];
}

export class ChatStateView {
  @ApiProperty() chatId!: string;
  @ApiProperty() channel!: string;
  @ApiProperty({ enum: ['bot', 'manager'] }) owner!: Owner;
  @ApiProperty({ type: String, nullable: true }) scenario!: string | null;
  @ApiProperty({ type: String, nullable: true }) step!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) slots!: object;
  @ApiProperty({ format: 'date-time' }) updatedAt!: string;
}
