import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPostgresCatalogue, PostgresStore, seedCatalogue } from '#libs/estates';
import { ChatsHost, openQueues, serveHttp } from '#libs/hosting';
import { loadConfig, type OpenedPlatform, openPlatform, PlatformModule } from '#libs/platform';
import { JobQueue, JobResults } from '#libs/queues';
import { ExternalApiModule } from '../../apps/external-api/src/external-api.module.js';
import { QueuedJobs } from '../../apps/external-api/src/services/queued-jobs.js';
import { openWorker } from '../../apps/worker/src/index.js';

const DATA = path.resolve(import.meta.dirname, '../../data');

/** The REST services and a worker over one queue backend, on the demo catalogue: no dialog, no channels. */
export class ServicesProcess {
  private constructor(
    readonly platform: OpenedPlatform,
    readonly url: string,
    private readonly folder: string,
  ) {}

  static async start(env: Record<string, string>): Promise<ServicesProcess> {
    const folder = mkdtempSync(path.join(tmpdir(), 'wewall-services-'));
    const platform = await openPlatform(
      loadConfig({ PORT: '0', LOG_LEVEL: 'warn', WEWALL_DATA_DIR: folder, ...env }),
      'services-test',
    );
    await seedCatalogue(new PostgresStore(platform.pool), DATA);
    const backend = await openQueues(platform);
    const host = new ChatsHost(platform, backend, { crm: false });
    const queues = ['calculator', 'analog-search'] as const;
    const catalogue = createPostgresCatalogue(platform.pool);
    await openWorker({ platform, backend, chats: host.chats.store, catalogue, queues });
    const jobs = new JobQueue(backend);
    platform.shutdown.add('API job queues', () => jobs.close());
    const { pool, files, links, logger } = platform;
    const api = ExternalApiModule.register({
      chats: host.chats.store,
      pool,
      files,
      links,
      logger,
      visitorSecret: 'visitors',
      production: false,
      jobs: new QueuedJobs(jobs, new JobResults(pool)),
    });
    const url = await serveHttp(platform, {
      module: class Services {},
      imports: [PlatformModule.forRoot(platform), api],
    });
    return new ServicesProcess(platform, url, folder);
  }

  /** POST of a service with the given key. */
  post(service: string, body: unknown, headers: Record<string, string> = {}, query = ''): Promise<Response> {
    return fetch(`${this.url}/api/v1/${service}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer dev', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  get(route: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${route}`, { headers: { authorization: 'Bearer dev', ...headers } });
  }

  async stop(): Promise<void> {
    await this.platform.shutdown.run();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
