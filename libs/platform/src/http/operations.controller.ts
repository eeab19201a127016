import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import { Metrics } from '../metrics.js';
import { HealthRegistry, type HealthReport } from './health.js';
import { Undocumented } from './undocumented.js';

/** Probes and metrics. nginx does not make them public. */
@Undocumented()
@Controller()
export class OperationsController {
  constructor(
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
  ) {}

  /** The process answers: restart it when this fails. */
  @Get('health/live')
  @HttpCode(200)
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Everything it needs answers: send it no traffic while this fails. */
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) response: { status(code: number): unknown }): Promise<HealthReport> {
    const report = await this.health.report();
    response.status(report.status === 'ok' ? 200 : 503);
    return report;
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  exposition(): Promise<string> {
    return this.metrics.exposition();
  }
}
