import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOperation, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { AttachmentRef, JsonObject } from '#libs/chats';
import { FILE_STORE, FileLinks, type FileStore, Problem } from '#libs/platform';
import { ApiProblems, ProblemView } from '../http/problem-schema.js';
import { IdempotencyId } from '../idempotency/idempotency.interceptor.js';
import { Idempotent } from '../idempotency/idempotent.js';
import { ApiKeyGuard, CallerKey, RequireScope } from '../keys/api-key.guard.js';
import type { ApiKey } from '../keys/api-key.js';
import { jobFailure, problemView } from './job-failure.js';
import { SERVICE_JOBS, type ServiceFormat, type ServiceJobs, type ServiceName } from './service-jobs.js';
import { AnalogsView, FinanceModelView, ValuationView } from './service-results.dto.js';
import {
  AnalogsBody,
  FinanceModelBody,
  JobAcceptedView,
  JobParams,
  JobView,
  ServiceWaitQuery,
  ValuationBody,
} from './services.dto.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const PDF = 'application/pdf';
const FORMATS: Record<string, ServiceFormat> = { json: 'json', [XLSX]: 'xlsx', [PDF]: 'pdf' };
const REPORT_FILES = { xlsx: { contentType: XLSX }, pdf: { contentType: PDF } } as const;

/** The body as plain JSON: classes and absent fields stay at the edge. */
function plain(body: object): JsonObject {
  return JSON.parse(JSON.stringify(body)) as JsonObject;
}

/** Valuation, analogs and investment models for partners: computed by workers, waited for here. */
@ApiTags('services')
@ApiBearerAuth()
@ApiExtraModels(ProblemView)
@Controller('api/v1')
@UseGuards(ApiKeyGuard)
@RequireScope('services')
export class ServicesController {
  constructor(
    @Inject(SERVICE_JOBS) private readonly jobs: ServiceJobs,
    @Inject(FILE_STORE) private readonly files: FileStore,
    @Inject(FileLinks) private readonly links: FileLinks,
  ) {}

  @Post('valuations')
  @HttpCode(200)
  @Idempotent('rerun')
  @ApiOperation({ summary: 'Fair price or rent by coefficients and by analogs' })
  @ApiResponse({ status: 200, type: ValuationView })
  @ApiResponse({ status: 202, type: JobAcceptedView, description: 'Still computing: ask GET /api/v1/jobs/{jobId}' })
  @ApiProblems(400, 401, 403, 413, 422, 429, 503)
  valuation(
    @CallerKey() key: ApiKey,
    @Query() query: ServiceWaitQuery,
    @Body() body: ValuationBody,
    @IdempotencyId() idempotencyId: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    return this.answer({ name: 'valuation', key, wait: query.wait, body, format: 'json', idempotencyId }, response);
  }

  @Post('analogs')
  @HttpCode(200)
  @Idempotent('rerun')
  @ApiOperation({ summary: 'The k most similar lots and why they are similar' })
  @ApiResponse({ status: 200, type: AnalogsView })
  @ApiResponse({ status: 202, type: JobAcceptedView, description: 'Still computing: ask GET /api/v1/jobs/{jobId}' })
  @ApiProblems(400, 401, 403, 413, 422, 429, 503)
  analogs(
    @CallerKey() key: ApiKey,
    @Query() query: ServiceWaitQuery,
    @Body() body: AnalogsBody,
    @IdempotencyId() idempotencyId: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    return this.answer({ name: 'analogs', key, wait: query.wait, body, format: 'json', idempotencyId }, response);
  }

  @Post('finance-models')
  @HttpCode(200)
  @Idempotent('rerun')
  @ApiOperation({ summary: 'Quarterly investment model; as JSON, XLSX or PDF by Accept' })
  @ApiExtraModels(FinanceModelView)
  @ApiResponse({
    status: 200,
    description: 'The model',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(FinanceModelView) } },
      [XLSX]: { schema: { type: 'string', format: 'binary' } },
      [PDF]: { schema: { type: 'string', format: 'binary' } },
    },
  })
  @ApiResponse({ status: 202, type: JobAcceptedView, description: 'Still computing: ask GET /api/v1/jobs/{jobId}' })
  @ApiProblems(400, 401, 403, 406, 413, 422, 429, 503)
  financeModel(
    @CallerKey() key: ApiKey,
    @Query() query: ServiceWaitQuery,
    @Body() body: FinanceModelBody,
    @Req() request: Request,
    @IdempotencyId() idempotencyId: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const accepted = request.accepts(['json', XLSX, PDF]);
    const format = accepted ? FORMATS[accepted] : undefined;
    if (!format) throw new Problem(406, 'NOT_ACCEPTABLE', `Available as application/json, ${XLSX} and ${PDF}`);
    return this.answer({ name: 'finance-model', key, wait: query.wait, body, format, idempotencyId }, response);
  }

  @Get('jobs/:jobId')
  @ApiOperation({ summary: 'Where a job stands' })
  @ApiResponse({ status: 200, type: JobView })
  @ApiProblems(400, 401, 403, 404, 429)
  async job(@CallerKey() key: ApiKey, @Param() { jobId }: JobParams): Promise<object> {
    const status = await this.jobs.find(jobId, key.id);
    if (!status) throw new Problem(404, 'JOB_NOT_FOUND', 'This key has no such job');
    switch (status.state) {
      case 'completed':
        return {
          state: status.state,
          result: status.result,
          ...(status.files.length > 0 && {
            files: status.files.map(({ fileId, name, contentType }) => ({
              name,
              contentType,
              url: this.links.sign(fileId),
            })),
          }),
        };
      case 'failed':
        return { state: status.state, problem: problemView(status.problem) };
      default:
        return { state: status.state };
    }
  }

  private async answer(
    request: {
      name: ServiceName;
      key: ApiKey;
      wait: number;
      body: object;
      format: ServiceFormat;
      idempotencyId: string | undefined;
    },
    response: Response,
  ): Promise<object> {
    const { name, key, wait, body, format, idempotencyId } = request;
    const status = await this.jobs.run({
      name,
      payload: plain(body),
      format,
      owner: key.id,
      openLimit: key.openJobs,
      waitMs: wait,
      ...(idempotencyId !== undefined && { idempotencyId }),
    });
    if (status.state === 'failed') throw jobFailure(status.problem);
    if (status.state !== 'completed') {
      response.status(202);
      return { jobId: status.jobId };
    }
    return format === 'json' ? status.result : this.report(status.files, format);
  }

  private async report(files: readonly AttachmentRef[], format: 'xlsx' | 'pdf'): Promise<StreamableFile> {
    const { contentType } = REPORT_FILES[format];
    const file = files.find((candidate) => candidate.contentType === contentType);
    const found = file ? await this.files.open(file.fileId) : null;
    if (!found) throw new Problem(503, 'SERVICE_UNAVAILABLE', 'The report is not available, ask for JSON');
    return new StreamableFile(found.stream, {
      type: found.file.contentType,
      length: found.file.size,
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(found.file.name)}`,
    });
  }
}
