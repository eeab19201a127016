import type { RunnableConfig } from '@langchain/core/runnables';

/** Which checkpoint a LangGraph config speaks of. Throws when it names no thread. */
export function identify(config: RunnableConfig): { threadId: string; ns: string; id: string | undefined } {
  const threadId: unknown = config.configurable?.thread_id;
  if (typeof threadId !== 'string' || threadId === '') {
    throw new Error('the checkpointer needs a non-empty string in config.configurable.thread_id');
  }
  const ns: unknown = config.configurable?.checkpoint_ns ?? '';
  if (typeof ns !== 'string') throw new Error('config.configurable.checkpoint_ns is not a string');
  const id: unknown = config.configurable?.checkpoint_id || config.configurable?.thread_ts;
  return { threadId, ns, id: typeof id === 'string' ? id : undefined };
}

/** The config that names this checkpoint. */
export function configOf(threadId: string, ns: string, id: string): RunnableConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: ns, checkpoint_id: id } };
}
