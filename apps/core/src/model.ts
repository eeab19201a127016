import { embedPassages } from '#libs/knowledge';
import { LlmGateway, type ModelTrouble, OpenAiEmbedder, PostgresSpendLedger } from '#libs/llm';
import type { OpenedPlatform } from '#libs/platform';

/** What the configuration gives the bot besides its rules; null = it does without. */
export interface ModelAccess {
  gateway: LlmGateway | null;
  embedder: OpenAiEmbedder | null;
}

/** What the operator should do; without the model the bot goes on by rules. */
const TROUBLES: Record<ModelTrouble, string> = {
  'breaker-open': 'the endpoint does not answer: see OPENAI_BASE_URL and its server; it is tried again by itself',
  failing:
    'the endpoint answers and none of its last answers could be used: see OPENAI_API_KEY and the name of the model',
  budget: 'the model has cost LLM_DAILY_BUDGET_RUB today; it is asked again tomorrow',
};

/**
 * Opens the configured model: its calls are counted, its state is an optional health check (`degraded` while it is silent, of no
 * use or over its budget; the process stays ready), and passages without vectors get them in the background.
 */
export function openModel(platform: OpenedPlatform): ModelAccess {
  const gateway = openGateway(platform);
  const embedder = openEmbedder(platform);
  const { health, metrics } = platform;
  for (const [name, endpoint] of Object.entries({ model: gateway, embeddings: embedder })) {
    if (!endpoint) continue;
    health.register({
      name,
      optional: true,
      check: async () => {
        const trouble = await endpoint.trouble();
        if (trouble) throw new Error(TROUBLES[trouble]);
      },
    });
    metrics.addCollector(async () => {
      metrics.modelAvailable.set({ endpoint: name }, (await endpoint.trouble()) === null ? 1 : 0);
    });
  }
  if (embedder) embedInBackground(platform, embedder);
  return { gateway, embedder };
}

function openGateway({ config, pool, metrics }: OpenedPlatform): LlmGateway | null {
  const { apiKey, baseUrl, model, timeoutMs, dailyBudgetRub, inputRubPerMillion, outputRubPerMillion } = config.llm;
  if (!apiKey) return null;
  return new LlmGateway(
    {
      apiKey,
      ...(baseUrl ? { baseUrl } : {}),
      model,
      timeoutMs,
      dailyBudgetKopecks: Math.round(dailyBudgetRub * 100),
      inputRubPerMillion,
      outputRubPerMillion,
    },
    new PostgresSpendLedger(pool),
    {
      onCall: ({ purpose, outcome, inputTokens, outputTokens, kopecks }) => {
        metrics.modelCalls.inc({ purpose, outcome });
        metrics.modelTokens.inc({ direction: 'input' }, inputTokens);
        metrics.modelTokens.inc({ direction: 'output' }, outputTokens);
        metrics.modelKopecks.inc(kopecks);
      },
    },
  );
}

function openEmbedder({ config }: OpenedPlatform): OpenAiEmbedder | null {
  const { apiKey, baseUrl, embeddingModel, timeoutMs } = config.llm;
  if (!apiKey || !embeddingModel) return null;
  return new OpenAiEmbedder({ apiKey, ...(baseUrl ? { baseUrl } : {}), model: embeddingModel, timeoutMs });
}

function embedInBackground({ pool, logger, shutdown }: OpenedPlatform, embedder: OpenAiEmbedder): void {
  const stopper = new AbortController();
  const work = embedPassages(pool, embedder, { signal: stopper.signal }).then(
    (passages) => {
      if (passages > 0) logger.info({ passages }, 'passages of the knowledge base got vectors');
    },
    (error: unknown) => logger.warn({ err: error }, 'vectors are missing; the knowledge base searches by words'),
  );
  shutdown.add('vectors of the knowledge base', () => {
    stopper.abort();
    return work;
  });
}
