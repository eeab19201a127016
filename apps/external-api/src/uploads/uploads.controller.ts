import { Controller, HttpCode, Post, UploadedFile, UseGuards, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { MAX_CLIENT_FILE } from '#libs/channels';
import { ApiProblems } from '../http/problem-schema.js';
import { Idempotent } from '../idempotency/idempotent.js';
import { ApiKeyGuard, CallerKey, RequireScope } from '../keys/api-key.guard.js';
import type { ApiKey } from '../keys/api-key.js';
import { type IncomingFile, Uploads } from './uploads.js';

/** What multer is told: one file, bounded, and a bounded number of parts around it. */
export const UPLOAD_LIMITS = { limits: { fileSize: MAX_CLIENT_FILE, files: 1, fields: 4, parts: 6, fieldSize: 1024 } };

export class UploadView {
  @ApiProperty({ description: 'Attach it with `attachments: [{uploadId}]`' }) uploadId!: string;
}

@ApiTags('chats')
@ApiBearerAuth()
@Controller('api/v1/uploads')
@UseGuards(ApiKeyGuard)
@RequireScope('chats')
export class UploadsController {
  constructor(private readonly uploads: Uploads) {}

  @Post()
  @HttpCode(201)
  @Idempotent()
  @UseInterceptors(FileInterceptor('file', UPLOAD_LIMITS))
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } },
  })
  @ApiOperation({
    summary: 'A file of at most 20 MB: JPEG, PNG, WebP, GIF, AVIF, TIFF, PDF, DOCX, XLSX, OGG, MP3, M4A, MP4',
  })
  @ApiResponse({ status: 201, type: UploadView })
  @ApiProblems(400, 401, 403, 413, 415, 429, 507)
  async upload(@CallerKey() key: ApiKey, @UploadedFile() file: IncomingFile | undefined): Promise<UploadView> {
    return { uploadId: await this.uploads.accept(`rest:${key.id}`, file) };
  }
}
