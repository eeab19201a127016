import 'reflect-metadata';
import { IsInt, IsOptional, IsUrl, Matches, Max, Min } from 'class-validator';
import { AsInteger, HTTP_URL } from './text-value.js';
import { Variable } from './variable.js';

/** Variables of the language model: its endpoint, its time and its cost. */
export class ModelEnvironment {
  @Variable({
    group: 'Model',
    description: 'Key of an OpenAI-compatible endpoint; without it (and OPENAI_BASE_URL) no model is used',
    allowed: 'text without spaces',
    secret: true,
  })
  @IsOptional()
  @Matches(/^\S{1,512}$/)
  OPENAI_API_KEY?: string;

  @Variable({
    group: 'Model',
    description: 'Base URL of the endpoint',
    allowed: 'an http(s) URL',
    default: 'the vendor’s',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  OPENAI_BASE_URL?: string;

  @Variable({ group: 'Model', description: 'Name of the model', allowed: 'a model name', default: 'gpt-4o-mini' })
  @Matches(/^\S{1,200}$/)
  OPENAI_MODEL = 'gpt-4o-mini';

  @Variable({
    group: 'Model',
    description: 'Embedding model of the same endpoint; with it the knowledge base also searches by meaning',
    allowed: 'a model name',
    default: 'none',
  })
  @IsOptional()
  @Matches(/^\S{1,200}$/)
  OPENAI_EMBEDDING_MODEL?: string;

  @Variable({
    group: 'Model',
    description: 'How long one model call may take, ms',
    allowed: '100 to 120000',
    default: '8000',
  })
  @AsInteger()
  @IsInt()
  @Min(100)
  @Max(120_000)
  LLM_TIMEOUT_MS = 8000;

  @Variable({
    group: 'Model',
    description: 'How long all model calls of one turn may take together, ms; then the bot goes on by rules',
    allowed: '100 to 300000',
    default: '12000',
  })
  @AsInteger()
  @IsInt()
  @Min(100)
  @Max(300_000)
  LLM_TURN_TIMEOUT_MS = 12_000;

  @Variable({
    group: 'Model',
    description: 'Roubles a day the model may cost; 0 = no model calls',
    allowed: '0 to 1000000',
    default: '500',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  LLM_DAILY_BUDGET_RUB = 500;

  @Variable({
    group: 'Model',
    description: 'Roubles for a million input tokens of the model, for the budget',
    allowed: '0 to 1000000',
    default: '40',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  LLM_INPUT_RUB_PER_MILLION = 40;

  @Variable({
    group: 'Model',
    description: 'Roubles for a million output tokens of the model, for the budget',
    allowed: '0 to 1000000',
    default: '160',
  })
  @AsInteger()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  LLM_OUTPUT_RUB_PER_MILLION = 160;
}
