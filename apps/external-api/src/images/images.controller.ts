import { Body, Controller, HttpCode, Inject, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { JsonObject } from '#libs/chats';
import { FileLinks, Problem } from '#libs/platform';
import type { AnalysisRequest, CutoutRequest } from '#libs/vision';
import { ApiProblems, ProblemView } from '../http/problem-schema.js';
import { IdempotencyId } from '../idempotency/idempotency.interceptor.js';
import { Idempotent } from '../idempotency/idempotent.js';
import { ApiKeyGuard, CallerKey, RequireScope } from '../keys/api-key.guard.js';
import type { ApiKey } from '../keys/api-key.js';
import { jobFailure } from '../services/job-failure.js';
import { type JobStatus, SERVICE_JOBS, type ServiceJobs } from '../services/service-jobs.js';
import { JobAcceptedView, ServiceWaitQuery } from '../services/services.dto.js';
import { Uploads } from '../uploads/uploads.js';
import { CutoutBody, CutoutView, ImageAnalysisBody, ImageAnalysisView } from './images.dto.js';

interface PictureAddress {
  uploadId?: string;
  url?: string;
}

/** Pictures for partners: what they show, and objects on a clean ground. Done by the vision workers, waited for here. */
@ApiTags('images')
@ApiBearerAuth()
@ApiExtraModels(ProblemView)
@Controller('api/v1/images')
@UseGuards(ApiKeyGuard)
@RequireScope('services')
export class ImagesController {
  constructor(
    @Inject(SERVICE_JOBS) private readonly jobs: ServiceJobs,
    @Inject(FileLinks) private readonly links: FileLinks,
    private readonly uploads: Uploads,
  ) {}

  @Post('analyses')
  @HttpCode(200)
  @Idempotent('rerun')
  @ApiOperation({ summary: 'What a picture is, what is seen on it, what is written on it, what it looks like' })
  @ApiResponse({ status: 200, type: ImageAnalysisView })
  @ApiResponse({ status: 202, type: JobAcceptedView, description: 'Still looking: ask GET /api/v1/jobs/{jobId}' })
  @ApiProblems(400, 401, 403, 413, 415, 422, 429, 503)
  async analyse(
    @CallerKey() key: ApiKey,
    @Query() { wait }: ServiceWaitQuery,
    @Body() { want, ...address }: ImageAnalysisBody,
    @Res({ passthrough: true }) response: Response,
    @IdempotencyId() idempotencyId: string | undefined,
  ): Promise<object> {
    const request: AnalysisRequest = {
      fileId: await this.fileOf(key, address),
      ...(want && { want: [...want].sort() }),
    };
    const status = await this.run('vision.analysis', key, wait, { ...request }, idempotencyId);
    return this.answer(status, response, ({ result }) => result as object);
  }

  @Post('cutouts')
  @HttpCode(200)
  @Idempotent('rerun')
  @ApiOperation({ summary: 'The main object of a picture, centred on a clean ground, as PNG' })
  @ApiResponse({ status: 200, type: CutoutView })
  @ApiResponse({ status: 202, type: JobAcceptedView, description: 'Still cutting: ask GET /api/v1/jobs/{jobId}' })
  @ApiProblems(400, 401, 403, 413, 415, 422, 429, 503)
  async cutOut(
    @CallerKey() key: ApiKey,
    @Query() { wait }: ServiceWaitQuery,
    @Body() { maskUploadId, background = 'transparent', shadow = true, ...address }: CutoutBody,
    @Res({ passthrough: true }) response: Response,
    @IdempotencyId() idempotencyId: string | undefined,
  ): Promise<object> {
    const request: CutoutRequest = {
      fileId: await this.fileOf(key, address),
      ...(maskUploadId !== undefined && { maskFileId: await this.fileOf(key, { uploadId: maskUploadId }) }),
      background,
      shadow,
    };
    const status = await this.run('vision.cutout', key, wait, { ...request }, idempotencyId);
    return this.answer(status, response, ({ result, files }) => ({
      ...(result as object),
      files: files.map(({ fileId, name, contentType }) => ({ name, contentType, url: this.links.sign(fileId) })),
    }));
  }

  /** The stored picture; only the caller's own uploads are found. Throws Problem. */
  private async fileOf(key: ApiKey, { uploadId, url }: PictureAddress): Promise<string> {
    const input = { ...(uploadId !== undefined && { uploadId }), ...(url !== undefined && { url }) };
    const [file] = await this.uploads.resolve(`rest:${key.id}`, [input]);
    if (!file?.contentType.startsWith('image/')) {
      throw new Problem(415, 'NOT_A_PICTURE', 'The file is not a picture: JPEG, PNG, WebP, GIF, AVIF or TIFF');
    }
    return file.fileId;
  }

  private run(
    name: 'vision.analysis' | 'vision.cutout',
    key: ApiKey,
    wait: number,
    payload: JsonObject,
    idempotencyId: string | undefined,
  ): Promise<JobStatus> {
    const limits = { owner: key.id, openLimit: key.openJobs, waitMs: wait };
    return this.jobs.run({ name, payload, format: 'json', ...limits, ...(idempotencyId && { idempotencyId }) });
  }

  private answer(
    status: JobStatus,
    response: Response,
    done: (status: Extract<JobStatus, { state: 'completed' }>) => object,
  ): object {
    if (status.state === 'failed') throw jobFailure(status.problem);
    if (status.state === 'completed') return done(status);
    response.status(202);
    return { jobId: status.jobId };
  }
}
