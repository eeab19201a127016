import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadConfig, Metrics } from '#libs/platform';
import { isInstalled } from '../topology/installed.js';

/** A tool is a process of its own: seconds on a busy machine, ms. */
const TOOL_MS = 120_000;
const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Container {
  image: string;
  command: string[];
  envFrom: object[];
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
  resources: { limits: object; requests: object };
  securityContext: object;
  livenessProbe?: object;
  readinessProbe?: object;
}

interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec: {
    replicas?: number;
    egress?: { ports?: { protocol: string; port: number; endPort?: number }[] }[];
    minReplicas?: number;
    template: { spec: { securityContext: object; initContainers?: Container[]; containers: Container[] } };
    scaleTargetRef: { name: string };
    selector: { matchLabels: Record<string, string> };
    metrics: { external?: { metric: { name: string } } }[];
    rules: { http: { paths: { path: string; pathType: string; backend: { service: { name: string } } }[] } }[];
  };
}

const kubectl = isInstalled('kubectl');
if (!kubectl) console.warn('SKIPPED: ci/k8s needs kubectl (kustomize is part of it)');

describe.skipIf(!kubectl)('ci/k8s', () => {
  let text: string;
  let manifests: Manifest[];
  beforeAll(() => {
    const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', 'ci/k8s'], { cwd: ROOT, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    text = stdout;
    manifests = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  }, TOOL_MS);
  const of = (kind: string) => manifests.filter((one) => one.kind === kind);

  it('runs every process of apps/ but the all-in-one', () => {
    const apps = readdirSync(path.join(ROOT, 'apps')).filter((app) => app !== 'all-in-one');
    expect(apps.filter((app) => !text.includes(`dist/apps/${app}/src/main.js`))).toEqual([]);
  });

  it('gives every process probes, limits, no rights and its secrets by reference', () => {
    expect(of('Deployment').length).toBeGreaterThan(5);
    for (const { metadata, spec } of [...of('Deployment'), ...of('Job')]) {
      const [container, ...others] = spec.template.spec.containers;
      expect(others, metadata.name).toEqual([]);
      expect(container, metadata.name).toMatchObject({
        resources: { limits: { memory: expect.any(String) }, requests: { cpu: expect.any(String) } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        envFrom: [{ configMapRef: expect.anything() }, { secretRef: { name: 'wewall' } }],
      });
      expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    }
    for (const { metadata, spec } of of('Deployment')) {
      expect(spec.template.spec.containers[0], metadata.name).toMatchObject({
        livenessProbe: { httpGet: { path: '/health/live' } },
        readinessProbe: { httpGet: { path: '/health/ready' } },
      });
    }
    expect(of('Secret')).toEqual([]);
  });

  it('lets the migration alone know the owner of the tables, and every process wait for it', () => {
    const referred = (name: string, key: string) => ({ valueFrom: { secretKeyRef: { name, key } } });
    for (const { spec } of of('Job')) {
      expect(spec.template.spec.containers[0]?.env).toEqual([
        { name: 'DATABASE_URL', ...referred('wewall-owner', 'DATABASE_URL') },
        { name: 'RUNTIME_DATABASE_URL', ...referred('wewall', 'DATABASE_URL') },
      ]);
    }
    expect(text.match(/wewall-owner/g)).toHaveLength(of('Job').length);
    for (const { metadata, spec } of of('Deployment')) {
      const { initContainers = [], containers } = spec.template.spec;
      expect((containers[0]?.env ?? []).map(({ name }) => name).filter((name) => name !== 'WORKER_QUEUES')).toEqual([]);
      expect(initContainers, metadata.name).toEqual([
        expect.objectContaining({
          image: containers[0]?.image,
          command: ['node', 'dist/libs/platform/src/cli/migrate.js', '--wait', '600'],
          envFrom: containers[0]?.envFrom,
          securityContext: containers[0]?.securityContext,
          resources: { limits: { memory: expect.any(String) }, requests: expect.anything() },
        }),
      ]);
    }
  });

  it('lets out exactly what its processes accept as ports of public addresses', () => {
    const settings = of('ConfigMap').find(({ metadata }) => metadata.name.startsWith('wewall'))?.data ?? {};
    const config = loadConfig(settings);
    const internet = of('NetworkPolicy').find(({ metadata }) => metadata.name === 'internet');
    const ports = internet?.spec.egress?.flatMap(({ ports = [] }) => ports) ?? [];
    expect(ports.map(({ port, endPort }) => (endPort ? `${port}-${endPort}` : String(port)))).toEqual(
      config.outboundPorts,
    );
    expect(ports.every(({ protocol }) => protocol === 'TCP')).toBe(true);
  });

  it('scales what exists by what is measured, and lets nothing scaled be evicted at once', async () => {
    const exposed = (await new Metrics().registry.getMetricsAsJSON()).map(({ name }) => name);
    const adapter = read('ci/k8s/prometheus-adapter.values.yaml');
    const deployments = of('Deployment').map(({ metadata }) => metadata.name);
    const guarded = of('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels['app.kubernetes.io/name']);
    for (const { spec } of of('HorizontalPodAutoscaler')) {
      expect(deployments).toContain(spec.scaleTargetRef.name);
      expect(guarded).toContain(spec.scaleTargetRef.name);
      for (const name of spec.metrics.flatMap(({ external }) => external?.metric.name ?? [])) {
        expect(exposed).toContain(name);
        expect(adapter).toContain(`as: ${name} `);
      }
    }
    const scaled = of('HorizontalPodAutoscaler').map(({ spec }) => spec.scaleTargetRef.name);
    const fixed = of('Deployment').filter(({ spec }) => spec.replicas !== undefined);
    expect([...scaled, ...fixed.map(({ metadata }) => metadata.name)].sort()).toEqual(deployments.sort());
  });

  it('makes public what nginx makes public, by the same process', () => {
    const upstreams: Record<string, string> = {
      external_api: 'external-api',
      chat_connector: 'chat-connector',
      telegram_bot: 'telegram-bot',
    };
    const nginx = [
      ...read('nginx/nginx.conf').matchAll(/location (?:= )?(\/\S*) \{[^}]*proxy_pass http:\/\/(\w+);/g),
    ].map((match) => `${match[1]} ${upstreams[match[2] ?? '']}`);
    const ingress = of('Ingress').flatMap(({ spec }) =>
      spec.rules.flatMap(({ http }) => http.paths.map((one) => `${one.path} ${one.backend.service.name}`)),
    );
    const prefixes = ingress.map((route) => route.split(' ') as [string, string]);
    // nginx has some routes of their own below a public prefix, for other limits.
    const missing = nginx.filter((route) => {
      const [address = '', service] = route.split(' ');
      return !prefixes.some(
        ([prefix, target]) =>
          target === service && (address === prefix || (prefix !== '/' && address.startsWith(prefix))),
      );
    });
    expect(missing).toEqual([]);
    expect(ingress.filter((route) => !nginx.includes(route))).toEqual([]);
  });

  const validator = isInstalled('kubernetes-validate');
  if (!validator) console.warn('SKIPPED: schemas of ci/k8s need kubernetes-validate (pip install kubernetes-validate)');

  it.skipIf(!validator)('is valid by the schemas of Kubernetes', { timeout: TOOL_MS }, () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'wewall-k8s-'));
    const file = path.join(directory, 'manifests.yaml');
    writeFileSync(file, text);
    const { status, stdout, stderr } = spawnSync('kubernetes-validate', ['--strict', '-k', '1.32', file], {
      encoding: 'utf8',
    });
    rmSync(directory, { recursive: true });
    expect(stdout + stderr).toContain('passed for resource deployment/core');
    expect(stdout + stderr).not.toMatch(/ERROR|FAIL/i);
    expect(status).toBe(0);
  });
});
