/** How to reach the model and what it may cost. Absent settings mean: no model, rules only. */
export interface LlmSettings {
  apiKey: string;
  /** Any OpenAI-compatible endpoint, e.g. `http://127.0.0.1:8000/v1`; default is the vendor's own. */
  baseUrl?: string;
  model: string;
  /** Limit for one attempt, milliseconds. */
  timeoutMs: number;
  /** What the model may cost a day (Europe/Moscow), kopecks; 0 = the model is never called. */
  dailyBudgetKopecks: number;
  /** Prices of the endpoint, roubles for a million tokens. */
  inputRubPerMillion: number;
  outputRubPerMillion: number;
}
