import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '#libs/platform';
import { isInstalled } from '../topology/installed.js';

/** A tool is a process of its own: seconds on a busy machine, ms. */
const TOOL_MS = 120_000;
const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Service {
  image?: string;
  command?: string[];
  restart?: string;
  healthcheck?: object;
  ports?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  deploy?: { replicas?: number; resources?: { limits?: { cpus?: string; memory?: string } } };
}

const text = read('docker-compose.yaml');
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, object> };
const services = Object.entries(compose.services);
const example = read('.env.example');
const variables = new Set([...example.matchAll(/^([A-Z][A-Z0-9_]*)=$/gm)].map((match) => match[1] ?? ''));
const isOurs = ([, service]: [string, Service]) => service.image?.startsWith('wewall-ai') ?? false;

describe('docker-compose.yaml', () => {
  it('runs every process of apps/ but the all-in-one', () => {
    const apps = readdirSync(path.join(ROOT, 'apps')).filter((app) => app !== 'all-in-one');
    const started = services.flatMap(([, { command }]) => command ?? []).join(' ');
    expect(apps.filter((app) => !started.includes(`dist/apps/${app}/src/main.js`))).toEqual([]);
  });

  it.each(services)('%s has limits, a restart policy and a way to tell its health', (name, service) => {
    expect(service.deploy?.resources?.limits).toEqual({ cpus: expect.any(String), memory: expect.any(String) });
    expect(service.restart).toBe(name === 'migrate' ? 'no' : 'unless-stopped');
    // Processes of ours have the HEALTHCHECK of the image.
    expect(isOurs([name, service]) || service.healthcheck).toBeTruthy();
    expect(service.image).not.toMatch(/^[^:]+$|^(?!wewall).*:latest$/);
  });

  it.each(services.filter(isOurs))('%s gets settings it accepts', (_name, { environment = {} }) => {
    const filled = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [
        key,
        value.replace(/\$\{\w+:?[-?]?([^}]*)\}/g, (_match, fallback: string) =>
          fallback.includes('.env.example') ? 'f'.repeat(64) : fallback,
        ),
      ]),
    );
    expect(Object.keys(filled).filter((key) => !variables.has(key))).toEqual([]);
    expect(loadConfig(filled).environment).toBe('production');
  });

  it('runs every process as a role with rows only, once the owner has migrated', () => {
    const ours = services.filter(isOurs);
    expect(ours.length).toBeGreaterThan(8);
    for (const [name, { environment = {}, depends_on }] of ours.filter(([one]) => one !== 'migrate')) {
      expect(environment.DATABASE_URL, name).toMatch(/^postgresql:\/\/wewall_runtime:/);
      expect(environment.RUNTIME_DATABASE_URL, name).toBeUndefined();
      expect(environment.POSTGRES_PASSWORD, name).toBe('');
      expect(depends_on?.migrate, name).toEqual({ condition: 'service_completed_successfully' });
    }
    const { migrate } = compose.services;
    expect(migrate?.environment?.DATABASE_URL).toMatch(/^postgresql:\/\/wewall:/);
    expect(migrate?.environment?.RUNTIME_DATABASE_URL).toBe(compose.services.core?.environment?.DATABASE_URL);
  });

  it('publishes nginx, and Grafana to this machine only', () => {
    const published = services.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port.replace(/\$\{\w+:-(\d+)\}/g, '$1')}`),
    );
    expect(published).toEqual(['nginx 80:8080', 'nginx 443:8443', 'grafana 127.0.0.1:3001:3000']);
  });

  it('asks only for variables .env.example has, and every named volume is declared', () => {
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? '');
    expect(asked.filter((name) => !variables.has(name))).toEqual([]);
    const named = services.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => /^[a-z]+:/.test(volume));
    expect([...new Set(named.map((volume) => volume.split(':')[0]))].sort()).toEqual(
      Object.keys(compose.volumes).sort(),
    );
  });
});

describe('.env.example', () => {
  it('is what the command writes from the table of variables', { timeout: TOOL_MS }, () => {
    const { stdout } = spawnSync('npm', ['run', '-s', 'config', '--', '--env'], { cwd: ROOT, encoding: 'utf8' });
    expect(example).toBe(stdout);
  });

  it('changes nothing when it is copied as it is', () => {
    const empty = Object.fromEntries([...variables].map((name) => [name, '']));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });
});

const composeCommand =
  spawnSync('docker', ['compose', 'version']).status === 0
    ? ['docker', 'compose']
    : isInstalled('docker-compose')
      ? ['docker-compose']
      : undefined;
if (!composeCommand) console.warn('SKIPPED: compose config needs docker compose or docker-compose');

describe.skipIf(!composeCommand)('the compose tool', () => {
  function config(env: string): { status: number | null; stdout: string; stderr: string } {
    const directory = mkdtempSync(path.join(tmpdir(), 'wewall-compose-'));
    try {
      copyFileSync(path.join(ROOT, 'docker-compose.yaml'), path.join(directory, 'docker-compose.yaml'));
      writeFileSync(path.join(directory, '.env'), env);
      const [command = '', ...args] = composeCommand ?? [];
      return spawnSync(command, [...args, 'config'], {
        cwd: directory,
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  it('accepts the file with the secrets filled in', { timeout: TOOL_MS }, () => {
    const filled = example.replace(
      /^(POSTGRES_PASSWORD|POSTGRES_RUNTIME_PASSWORD|REDIS_PASSWORD|GRAFANA_PASSWORD|FILES_SECRET|VISITOR_SECRET)=$/gm,
      '$1=s3cret_$1',
    );
    const { status, stdout, stderr } = config(filled);
    expect(stderr).not.toMatch(/error/i);
    expect(status).toBe(0);
    const resolved = parse(stdout) as { services: Record<string, { environment?: Record<string, string> }> };
    for (const [name, { environment = {} }] of Object.entries(resolved.services)) {
      if (!isOurs([name, compose.services[name] ?? {}])) continue;
      const owner = name === 'migrate';
      expect(environment.DATABASE_URL, name).toBe(
        owner
          ? 'postgresql://wewall:s3cret_POSTGRES_PASSWORD@postgres:5432/wewall'
          : 'postgresql://wewall_runtime:s3cret_POSTGRES_RUNTIME_PASSWORD@postgres:5432/wewall',
      );
      // Neither from the file of variables nor in another way.
      const secrets = JSON.stringify(environment);
      expect(secrets.includes('s3cret_POSTGRES_PASSWORD'), name).toBe(owner);
      expect(secrets, name).not.toContain('s3cret_GRAFANA_PASSWORD');
    }
  });

  it('refuses to start without them', { timeout: TOOL_MS }, () => {
    const { status, stderr } = config(example);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/_PASSWORD|_SECRET/);
  });
});
