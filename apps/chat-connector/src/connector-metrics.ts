import { Counter, Gauge } from 'prom-client';
import type { CrmInbox, MirrorLag, Parity } from '#libs/crm';
import type { Metrics } from '#libs/platform';

/**
 * Numbers of the connector: what waits in its inbox, how far the mirror is behind, what comparisons with amoCRM mended. Returns
 * what counts a comparison.
 */
export function openConnectorMetrics(metrics: Metrics, inbox: CrmInbox, lag: MirrorLag): (parity: Parity) => void {
  const registers = [metrics.registry];
  const repairs = new Counter({
    name: 'wewall_crm_repairs_total',
    help: 'differences between our log and amoCRM by kind',
    labelNames: ['kind'],
    registers,
  });
  const open = new Gauge({ name: 'wewall_crm_inbox', help: 'hooks and work not done yet', registers });
  const oldest = new Gauge({ name: 'wewall_crm_inbox_seconds', help: 'age of the oldest of them', registers });
  const failed = new Gauge({ name: 'wewall_crm_inbox_failed', help: 'entries given up', registers });
  const unsent = new Gauge({
    name: 'wewall_crm_mirror_unsent',
    help: 'messages and effects amoCRM does not have yet',
    registers,
  });
  const behind = new Gauge({ name: 'wewall_crm_mirror_lag_seconds', help: 'age of the oldest of them', registers });
  metrics.addCollector(async () => {
    const [backlog, mirror] = [await inbox.backlog(), await lag.read()];
    open.set(backlog.open);
    oldest.set(backlog.oldestSeconds);
    failed.set(backlog.failed);
    unsent.set(mirror.unsent);
    behind.set(mirror.seconds);
  });
  return (parity) => {
    for (const [kind, count] of Object.entries(parity)) if (count > 0) repairs.inc({ kind }, count);
  };
}
