import { ROOT_CONTEXT, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TRACES_SAMPLERS } from '../config/tracing-environment.js';
import type { OpenSpan, SpanAttributes, SpanOptions, Tracing } from './tracing.js';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

export interface TracingSettings {
  /** A name of OTEL_TRACES_SAMPLER. */
  sampler: (typeof TRACES_SAMPLERS)[number];
  /** Share of traces kept by the samplers that take one, 0 to 1. */
  ratio: number;
}

/** Spans sent by OTLP over HTTP; where to and how is read by the SDK from the standard OTEL_EXPORTER_OTLP_* variables. */
export class OtlpTracing implements Tracing {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor(app: string, settings: TracingSettings) {
    this.provider = new TracerProvider({
      // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over the name given here.
      resource: resourceFromAttributes({ 'service.name': `wewall-${app}` }).merge(
        detectResources({ detectors: [envDetector] }),
      ),
      sampler: samplerOf(settings),
      spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
    });
    this.tracer = this.provider.getTracer('wewall');
  }

  async span<T>(name: string, { parent, attributes = {} }: SpanOptions, work: (span: OpenSpan) => Promise<T>) {
    const span = this.tracer.startSpan(name, { attributes }, contextOf(parent));
    try {
      return await work({
        traceparent: traceparentOf(span),
        set: (more: SpanAttributes) => void span.setAttributes(more),
      });
    } catch (error) {
      // The message may repeat what a client wrote.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      throw error;
    } finally {
      span.end();
    }
  }

  /** Sends what is left. */
  close(): Promise<void> {
    return this.provider.shutdown();
  }
}

function samplerOf({ sampler, ratio }: TracingSettings): Sampler {
  const roots: Record<string, () => Sampler> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = (roots[sampler.replace('parentbased_', '')] ?? (() => new AlwaysOnSampler()))();
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function contextOf(parent: string | undefined) {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(parent ?? '') ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
