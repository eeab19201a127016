import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort, ServerProcess } from '#libs/testing';

const run = promisify(execFile);

export interface NginxOptions {
  /** Root of the checkout. */
  root: string;
  /** Folder for written files, logs and temporary bodies. */
  directory: string;
  /** `host:port` of the processes behind it. */
  externalApi: readonly string[];
  chatConnector?: readonly string[];
  telegramBot?: readonly string[];
  /** PEM files; without them plain HTTP. */
  tls?: { certificate: string; key: string };
}

/** The real nginx with the product's own nginx.conf, started by the product's own nginx/start.sh. */
export class NginxServer {
  private server: ServerProcess | undefined;

  private constructor(
    private readonly options: NginxOptions,
    private readonly env: NodeJS.ProcessEnv,
    /** Address of the plain HTTP listener and, with TLS, of the HTTPS one. */
    readonly url: string,
    readonly httpsUrl: string,
  ) {}

  static async start(options: NginxOptions): Promise<NginxServer> {
    const [http, https, nobody] = await Promise.all([freePort(), freePort(), freePort()]);
    const peers = (list: readonly string[] | undefined) => (list ?? [`127.0.0.1:${nobody}`]).join(' ');
    const env = {
      ...process.env,
      NGINX_RUN: options.directory,
      HTTP_LISTEN: `127.0.0.1:${http}`,
      HTTPS_LISTEN: `127.0.0.1:${https}`,
      EXTERNAL_API: peers(options.externalApi),
      CHAT_CONNECTOR: peers(options.chatConnector),
      TELEGRAM_BOT: peers(options.telegramBot),
      TLS_CERTIFICATE: options.tls?.certificate ?? '',
      TLS_CERTIFICATE_KEY: options.tls?.key ?? '',
    };
    const nginx = new NginxServer(options, env, `http://127.0.0.1:${http}`, `https://127.0.0.1:${https}`);
    const server = new ServerProcess({
      name: 'nginx',
      command: 'sh',
      args: [nginx.script],
      cwd: options.root,
      env,
    });
    nginx.server = server;
    await server.until(async () => (await fetch(`${nginx.url}/none`, { redirect: 'manual' })).status > 0, 10_000);
    return nginx;
  }

  get process(): ServerProcess {
    if (!this.server) throw new Error('nginx is not started');
    return this.server;
  }

  /** What `nginx -t` says about the written configuration. Throws when it is not valid. */
  async test(): Promise<string> {
    const { stderr } = await run('nginx', [...this.prefix, '-t']);
    return stderr;
  }

  /** Writes the configuration for other peers and has nginx take it without dropping a connection. */
  async reload(externalApi: readonly string[]): Promise<void> {
    await run('sh', [this.script, 'render'], { env: { ...this.env, EXTERNAL_API: externalApi.join(' ') } });
    await run('nginx', [...this.prefix, '-s', 'reload']);
  }

  async stop(): Promise<void> {
    await this.server?.end('SIGTERM');
  }

  private get script(): string {
    return path.join(this.options.root, 'nginx', 'start.sh');
  }

  private get prefix(): string[] {
    return ['-p', this.options.directory, '-c', path.join(this.options.directory, 'nginx.conf')];
  }
}
