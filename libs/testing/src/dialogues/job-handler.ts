import type { JsonValue } from '#libs/chats';

/** A job as the worker does it; a thrown `{code, detail}` is a refusal, anything else a failure of ours. */
export type JobHandler = (payload: JsonValue) => Promise<JsonValue> | JsonValue;
