import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort, RedisServer, ServerProcess } from '#libs/testing';
import { NginxServer } from './nginx-server.js';

const run = promisify(execFile);

/** Root of the checkout, from the sources as from dist/. */
const ROOT = path.resolve(
  import.meta.dirname,
  import.meta.dirname.includes(`${path.sep}dist${path.sep}`) ? '../../..' : '../..',
);

export type AppName = 'core' | 'external-api' | 'worker' | 'chat-connector' | 'telegram-bot' | 'scheduler';

export interface TopologyOptions {
  databaseUrl: string;
  /** Owner of the tables, who migrates and gives the role of `databaseUrl` its rights; by default that role itself. */
  ownerUrl?: string;
  /** Checkout whose dist/ is run; by default this one. */
  root?: string;
  cores: number;
  apis: number;
  workers: number;
  /** Queues live in Redis; else in the same PostgreSQL. */
  redis: boolean;
  /** Without it requests go to the first external-api. */
  nginx: boolean;
  environment?: Record<string, string>;
  /** Options of node itself for every app, as those of its profiler. */
  nodeOptions?: readonly string[];
}

/** How one process differs from the others of its app. */
export interface AppVariant {
  /** Checkout whose dist/ it runs; by default this one. */
  root?: string;
  /** Entry in dist/ without its extension, in place of the app's own. */
  entry?: string;
  environment?: Record<string, string>;
}

/** One process of ours with the port it listens on. */
export interface RunningApp {
  app: AppName;
  server: ServerProcess;
  address: string;
}

/** The production stack as plain processes on one machine: what docker-compose.yaml describes, without an engine. */
export class Topology {
  readonly apps: RunningApp[] = [];
  redis: RedisServer | undefined;
  nginx: NginxServer | undefined;

  private constructor(
    readonly directory: string,
    private readonly options: TopologyOptions,
  ) {}

  /** Brings the database up to date as an operator does and starts everything from dist/, which must be built. */
  static async start(options: TopologyOptions): Promise<Topology> {
    const directory = mkdtempSync(path.join(tmpdir(), 'wewall-topology-'));
    // nginx's workers give up root.
    chmodSync(directory, 0o755);
    const topology = new Topology(directory, options);
    try {
      if (options.redis) topology.redis = await RedisServer.start(directory);
      if (!options.ownerUrl) await topology.command('libs/platform/src/cli/migrate');
      await topology.command('apps/core/src/cli/seed', ['--from', path.join(options.root ?? ROOT, 'data')], undefined, {
        ...(options.ownerUrl && { DATABASE_URL: options.ownerUrl, RUNTIME_DATABASE_URL: options.databaseUrl }),
      });
      const wanted = (['core', 'external-api', 'worker'] as const).flatMap((app) => {
        const count = { core: options.cores, 'external-api': options.apis, worker: options.workers }[app];
        return Array.from({ length: count }, () => app);
      });
      await Promise.all(wanted.map((app) => topology.startApp(app)));
      if (options.nginx) {
        const run = path.join(directory, 'nginx');
        mkdirSync(run);
        topology.nginx = await NginxServer.start({
          root: ROOT,
          directory: run,
          externalApi: topology.addresses('external-api'),
        });
      }
      return topology;
    } catch (error) {
      await topology.stop();
      throw error;
    }
  }

  /** Where clients come in. */
  get url(): string {
    return this.nginx?.url ?? `http://${this.addresses('external-api')[0]}`;
  }

  addresses(app: AppName): string[] {
    return this.of(app).map(({ address }) => address);
  }

  of(app: AppName): RunningApp[] {
    return this.apps.filter((one) => one.app === app && one.server.running);
  }

  /** Runs a command of the product on the same configuration; returns what it printed. */
  async command(
    entry: string,
    args: readonly string[] = [],
    root = this.options.root ?? ROOT,
    environment: Record<string, string> = {},
  ): Promise<string> {
    const { stdout } = await run(process.execPath, [path.join(root, 'dist', `${entry}.js`), ...args], {
      cwd: root,
      env: { ...this.environment(0), ...environment },
    });
    return stdout;
  }

  /** Starts one more process and waits until it is ready for traffic. */
  async startApp(app: AppName, variant: AppVariant = {}): Promise<RunningApp> {
    const { root = this.options.root ?? ROOT, entry = `apps/${app}/src/main` } = variant;
    const port = await freePort();
    const name = `${app}-${this.apps.filter((one) => one.app === app).length + 1}`;
    const server = new ServerProcess({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', ...(this.options.nodeOptions ?? []), path.join(root, 'dist', `${entry}.js`)],
      cwd: root,
      env: { ...this.environment(port), ...variant.environment },
    });
    const running: RunningApp = { app, server, address: `127.0.0.1:${port}` };
    this.apps.push(running);
    await server.until(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
    return running;
  }

  async stop(): Promise<void> {
    await this.nginx?.stop();
    await Promise.all(this.apps.map(({ server }) => server.end()));
    await this.redis?.process.end();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private environment(port: number): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return {
      PATH,
      HOME,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      DATABASE_URL: this.options.databaseUrl,
      ...(this.redis && { REDIS_URL: this.redis.url }),
      // Files are a shared volume; everything else of a process is its own.
      WEWALL_DATA_DIR: path.join(this.directory, 'data'),
      FILES_SECRET: 'files-secret-of-the-topology-test',
      VISITOR_SECRET: 'visitor-secret-of-the-topology-test',
      TRUSTED_PROXIES: this.options.nginx ? '1' : '0',
      QUIET_WINDOW_MS: '0',
      DATABASE_POOL_SIZE: '10',
      ...this.options.environment,
    };
  }
}
