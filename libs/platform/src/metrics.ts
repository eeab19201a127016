import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Sets gauges just before a scrape, from what holds the numbers (database, queues). */
export type MetricsCollector = () => Promise<void> | void;

/** A collector that has not finished by then leaves its gauges as they were. */
const COLLECT_MS = 2_000;

/** The measurements operators and alerts rely on; their names are part of the contract. */
export class Metrics {
  readonly registry = new Registry();
  /** Seconds from the claim of a turn to its commit. */
  readonly turnSeconds: Histogram<'outcome'>;
  /**
   * Seconds from a client's message stored to the first reply to it delivered (shown, where the channel reads the transcript
   * itself), by the database's clock. With the quiet window, which waits for the rest of what the client writes.
   */
  readonly replySeconds: Histogram<'channel'>;
  /** Sends of the outbox by target and outcome: sent, retried, refused, unknown, cancelled, dead. */
  readonly sends: Counter<'target' | 'outcome'>;
  /** Age of the oldest unread event, seconds. */
  readonly inboxLagSeconds: Gauge;
  /** Age of the oldest unsent effect by target, seconds. */
  readonly outboxLagSeconds: Gauge<'target'>;
  /** Waiting jobs by queue. */
  readonly queueDepth: Gauge<'queue'>;
  /** Events and effects parked for a human. Anything above zero is an alert. */
  readonly deadLetters: Gauge<'kind'>;
  readonly jobSeconds: Histogram<'name' | 'outcome'>;
  readonly httpSeconds: Histogram<'route' | 'method' | 'status'>;
  readonly modelCalls: Counter<'purpose' | 'outcome'>;
  readonly modelTokens: Counter<'direction'>;
  readonly modelKopecks: Counter;
  /** 0 while an endpoint of a model is silent, of no use or over its budget; absent when none is configured. */
  readonly modelAvailable: Gauge<'endpoint'>;
  /** Requests refused by a rate limit: key, quota, address, failures, visitor, session. */
  readonly rateLimited: Counter<'kind'>;
  /** 1 while the shared store of rate limits is away and this process counts alone. */
  readonly rateLimitAlone: Gauge;
  /** Webhook deliveries to partners by outcome: sent, retried, dead. */
  readonly webhookDeliveries: Counter<'outcome'>;
  /** Webhook endpoints of partners by state: active, failing, disabled. */
  readonly webhookEndpoints: Gauge<'state'>;
  /** Deliveries given up and not replayed. */
  readonly webhookDeadLetters: Gauge;
  /** 1 when every gauge sampled at the last scrape is fresh; tells a stale zero from a true one. */
  readonly collectorsOk: Gauge;
  private readonly collectors = new Set<MetricsCollector>();

  constructor(options: { processMetrics?: boolean } = {}) {
    const registers = [this.registry];
    if (options.processMetrics !== false) collectDefaultMetrics({ register: this.registry });
    const latency = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    this.turnSeconds = new Histogram({
      name: 'wewall_turn_seconds',
      help: 'claim to commit of a turn',
      labelNames: ['outcome'],
      buckets: latency,
      registers,
    });
    this.replySeconds = new Histogram({
      name: 'wewall_reply_seconds',
      help: 'client message stored to first reply delivered',
      labelNames: ['channel'],
      buckets: latency,
      registers,
    });
    this.sends = new Counter({
      name: 'wewall_sends_total',
      help: 'outbox sends by outcome',
      labelNames: ['target', 'outcome'],
      registers,
    });
    this.inboxLagSeconds = new Gauge({
      name: 'wewall_inbox_lag_seconds',
      help: 'age of the oldest unread event',
      registers,
    });
    this.outboxLagSeconds = new Gauge({
      name: 'wewall_outbox_lag_seconds',
      help: 'age of the oldest unsent effect',
      labelNames: ['target'],
      registers,
    });
    this.queueDepth = new Gauge({ name: 'wewall_queue_depth', help: 'waiting jobs', labelNames: ['queue'], registers });
    this.deadLetters = new Gauge({
      name: 'wewall_dead_letters',
      help: 'parked events and effects',
      labelNames: ['kind'],
      registers,
    });
    this.jobSeconds = new Histogram({
      name: 'wewall_job_seconds',
      help: 'duration of a job',
      labelNames: ['name', 'outcome'],
      buckets: latency,
      registers,
    });
    this.httpSeconds = new Histogram({
      name: 'wewall_http_seconds',
      help: 'duration of an HTTP request',
      labelNames: ['route', 'method', 'status'],
      buckets: latency,
      registers,
    });
    this.modelCalls = new Counter({
      name: 'wewall_model_calls_total',
      help: 'calls of the language model',
      labelNames: ['purpose', 'outcome'],
      registers,
    });
    this.modelTokens = new Counter({
      name: 'wewall_model_tokens_total',
      help: 'tokens of the language model',
      labelNames: ['direction'],
      registers,
    });
    this.modelKopecks = new Counter({
      name: 'wewall_model_kopecks_total',
      help: 'cost of the language model, kopecks',
      registers,
    });
    this.modelAvailable = new Gauge({
      name: 'wewall_model_available',
      help: 'whether the endpoint can be asked and its last answers were of use',
      labelNames: ['endpoint'],
      registers,
    });
    this.rateLimited = new Counter({
      name: 'wewall_rate_limited_total',
      help: 'requests refused by a rate limit',
      labelNames: ['kind'],
      registers,
    });
    this.rateLimitAlone = new Gauge({
      name: 'wewall_rate_limit_alone',
      help: 'whether this process counts rate limits alone because the shared store is away',
      registers,
    });
    this.webhookDeliveries = new Counter({
      name: 'wewall_webhook_deliveries_total',
      help: 'webhook deliveries by outcome',
      labelNames: ['outcome'],
      registers,
    });
    this.webhookEndpoints = new Gauge({
      name: 'wewall_webhook_endpoints',
      help: 'webhook endpoints of partners by state',
      labelNames: ['state'],
      registers,
    });
    this.webhookDeadLetters = new Gauge({
      name: 'wewall_webhook_dead_letters',
      help: 'webhook deliveries given up and not replayed',
      registers,
    });
    this.collectorsOk = new Gauge({
      name: 'wewall_collectors_ok',
      help: 'whether gauges sampled at scrape time are fresh',
      registers,
    });
  }

  /** Adds a sampler that runs before each scrape; returns its removal. */
  addCollector(collector: MetricsCollector): () => void {
    this.collectors.add(collector);
    return () => {
      this.collectors.delete(collector);
    };
  }

  /** The text of GET /metrics. A collector that fails or hangs does not take the other numbers away. */
  async exposition(): Promise<string> {
    const results = await Promise.allSettled([...this.collectors].map((collector) => withLimit(collector)));
    this.collectorsOk.set(results.every((result) => result.status === 'fulfilled') ? 1 : 0);
    return this.registry.metrics();
  }
}

async function withLimit(collector: MetricsCollector): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the collector has not finished in time')), COLLECT_MS);
  });
  try {
    await Promise.race([Promise.resolve().then(collector), limit]);
  } finally {
    clearTimeout(timer);
  }
}
