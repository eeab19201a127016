import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '#libs/platform';
import { isInstalled } from '../topology/installed.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Alerts {
  groups: { rules: { alert: string; expr: string; annotations: { runbook: string } }[] }[];
}

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
}

const alerts = (parse(read('ci/prometheus/alerts.yml')) as Alerts).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('ci/grafana/dashboards/wewall.json')) as Dashboard;

/** Series a scrape of one process can have: a histogram is three. */
async function exposedSeries(): Promise<Set<string>> {
  const metrics = await new Metrics().registry.getMetricsAsJSON();
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

describe.skipIf(!promtool)('promtool', () => {
  it.each([
    ['check', 'config', 'ci/prometheus/prometheus.yml'],
    ['test', 'rules', 'ci/prometheus/alerts.test.yml'],
  ])('%s %s %s', (...args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: ROOT, encoding: 'utf8' });
    expect(stdout + stderr).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});
