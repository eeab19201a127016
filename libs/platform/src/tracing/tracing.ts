/** Facts about a span: kinds, numbers, outcomes. Never what a client wrote, a name, a phone or a caller's id. */
export type SpanAttributes = Record<string, string | number | boolean>;

export interface SpanOptions {
  /** W3C traceparent of the span this one belongs under; absent: a trace of its own. */
  parent?: string | undefined;
  attributes?: SpanAttributes;
}

/** A span while its work runs. */
export interface OpenSpan {
  /** Handed on in rows and jobs, so that what comes of the work belongs to the same trace; undefined while tracing is off. */
  readonly traceparent: string | undefined;
  set(attributes: SpanAttributes): void;
}

/** Where the seams of the actor report: ingest, turn, send, job. */
export interface Tracing {
  /** Runs the work as a span; an error is noted by its name and thrown on. */
  span<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => Promise<T>): Promise<T>;
}

const NO_SPAN: OpenSpan = { traceparent: undefined, set: () => {} };

/** Tracing that is switched off: costs a call. */
export const noTracing: Tracing = { span: (_name, _options, work) => work(NO_SPAN) };
