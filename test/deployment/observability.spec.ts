import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CrmInbox, MirrorLag } from '#libs/crm';
import { Metrics } from '#libs/platform';
import { openConnectorMetrics } from '../../apps/chat-connector/src/connector-metrics.js';
import { JobMetrics } from '../../apps/worker/src/job-metrics.js';
import { VisionMetrics } from '../../apps/worker/src/vision/vision-metrics.js';
import { isInstalled } from '../topology/installed.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Alerts {
  groups: { rules: { alert: string; expr: string; annotations: { runbook: string } }[] }[];
}

interface Dashboard {
  panels: {
    id: number;
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: { expr: string }[];
  }[];
}

const alerts = (parse(read('ci/prometheus/alerts.yml')) as Alerts).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('ci/grafana/dashboards/wewall.json')) as Dashboard;

/** Series a scrape can have, of the apps together: a histogram is three. */
async function exposedSeries(): Promise<Set<string>> {
  const all = new Metrics();
  new JobMetrics(all);
  new VisionMetrics(all);
  // Nothing is read: a pool connects when it is asked.
  const pool = new pg.Pool();
  openConnectorMetrics(all, new CrmInbox(pool), new MirrorLag(pool));
  const metrics = await all.registry.getMetricsAsJSON();
  return new Set([
    'up',
    ...metrics.flatMap(({ name, type }) =>
      String(type) === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  ]);
}

/** Names of series in a PromQL expression: what is left of `{`, `[` or a comparison and is no function or label. */
function seriesOf(expression: string): string[] {
  return [...expression.matchAll(/\b(?:wewall|nodejs|process)_\w+\b|\bup\b/g)].map(([name]) => name);
}

describe('alerts and dashboard', () => {
  it.each([
    ...alerts.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [`panel ${title}`, expr] as const)),
  ])('%s reads series a process exposes', async (_name, expression) => {
    const exposed = await exposedSeries();
    const used = seriesOf(expression);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((name) => !exposed.has(name))).toEqual([]);
  });

  it('shows and watches pictures and the mirror of the CRM', () => {
    const watched = alerts.flatMap(({ expr }) => seriesOf(expr));
    const shown = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => seriesOf(expr)));
    for (const name of [
      'wewall_vision_step_seconds_count',
      'wewall_vision_capability',
      'wewall_vision_model_events_total',
      'wewall_job_wait_seconds_bucket',
      'wewall_crm_mirror_lag_seconds',
      'wewall_crm_inbox_seconds',
    ]) {
      expect(watched).toContain(name);
      expect(shown).toContain(name);
    }
    expect(shown).toContain('wewall_vision_failed_total');
  });

  it('lays panels side by side, each with an id of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });

  it('tests every alert about pictures and the CRM by an example', () => {
    const examples = read('ci/prometheus/alerts.test.yml');
    const wanted = alerts.map(({ alert }) => alert).filter((alert) => /^(?:Vision|Mirror|Crm|Outbox)/.test(alert));
    expect(wanted).toHaveLength(8);
    expect(wanted.filter((alert) => !examples.includes(`alertname: ${alert}\n`))).toEqual([]);
  });

  it('has one chapter of the runbook for every alert', () => {
    const anchors = [...read('docs/operations.md').matchAll(/^#+ (.+)$/gm)].map(
      (match) => `docs/operations.md#${(match[1] ?? '').toLowerCase().replaceAll(' ', '-')}`,
    );
    for (const { alert, annotations } of alerts) {
      expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(anchors.filter((anchor) => anchor === annotations.runbook)).toHaveLength(1);
    }
  });
});

const promtool = isInstalled('promtool');
if (!promtool) console.warn('SKIPPED: alert rules need promtool (apt-get install prometheus)');

describe.skipIf(!promtool)('promtool', { timeout: 120_000 }, () => {
  it.each([
    ['check', 'config', 'ci/prometheus/prometheus.yml'],
    ['test', 'rules', 'ci/prometheus/alerts.test.yml'],
  ])('%s %s %s', (...args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: ROOT, encoding: 'utf8' });
    expect(stdout + stderr).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});
