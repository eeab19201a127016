import type { RunnableConfig } from '@langchain/core/runnables';
import type { DialogDeps } from './ports.js';

/** What a turn gives the models it asks: time they share, and a place to show an answer that grows. */
export interface TurnScope {
  /** Aborted when the time for model calls is used up, or the turn can no longer be kept; the dialog goes on by rules. */
  signal: AbortSignal;
  /** Shows the client what is being written, the whole text so far. It must be fit to be said: checked like the reply itself. */
  draft(text: string): void;
}

const KEY = 'turn_scope';

/** A configuration of the graph that carries the scope to its nodes. */
export function withScope(config: RunnableConfig, scope: TurnScope | undefined): RunnableConfig {
  return scope ? { ...config, configurable: { ...config.configurable, [KEY]: scope } } : config;
}

/** The dependencies of a node, their model calls within the scope of its turn. */
export function depsWithin(deps: DialogDeps, config: RunnableConfig | undefined): DialogDeps {
  const scope = config?.configurable?.[KEY] as TurnScope | undefined;
  if (!scope) return deps;
  const { signal } = scope;
  return {
    ...deps,
    understander: { understand: (text, context) => deps.understander.understand(text, context, signal) },
    knowledge: {
      answer: (question, topic) => {
        const shown: string[] = [];
        const onSentence = (sentence: string) => {
          shown.push(sentence);
          scope.draft(shown.join(' '));
        };
        return deps.knowledge.answer(question, topic, { signal, onSentence });
      },
    },
  };
}
