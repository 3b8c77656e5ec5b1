// Spans of sales to a collector of OpenTelemetry, by OTLP over HTTP. The packages are loaded only
// where an address is set. What does not go through is dropped: no sale waits for it.

import { createHash } from 'node:crypto';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { Log } from '../base/log.ts';
import type { SaleSpan, Tracing } from '../base/tracing.ts';

export type TracesConfig = {
  readonly url: string;
  /** Of all sales, 0 to 1; the same sales in every process. */
  readonly share: number;
};

const traceIdOf = (saleId: string): string => saleId.replaceAll('-', '');

/** The span that holds the others, known to whoever knows the sale. */
const rootIdOf = (saleId: string): string =>
  createHash('sha256').update(`sale ${saleId}`).digest('hex').slice(0, 16);

const kinds: Readonly<Record<SaleSpan['name'], SpanKind>> = {
  sale: SpanKind.SERVER,
  token: SpanKind.INTERNAL,
  broker: SpanKind.PRODUCER,
  meter: SpanKind.CLIENT,
};

export async function createOtlpTracing(
  { url, share }: TracesConfig,
  o: { readonly serverName: string; readonly log: Pick<Log, 'warn'> },
): Promise<Tracing> {
  const { BatchSpanProcessor, RandomIdGenerator, TraceIdRatioBasedSampler, TracerProvider } =
    await import('@opentelemetry/sdk-trace');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const random = new RandomIdGenerator();
  /** Of the span that is begun next. */
  let next: { readonly traceId: string; readonly spanId: string } | null = null;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: 2_000 });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'prewatt',
      'service.instance.id': o.serverName,
    }),
    sampler: new TraceIdRatioBasedSampler(share),
    idGenerator: {
      generateTraceId: () => next?.traceId ?? random.generateTraceId(),
      generateSpanId: () => next?.spanId ?? random.generateSpanId(),
    },
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('prewatt');
  const tell = (told: SaleSpan): void => {
    const { saleId, name, startMs, endMs, attributes = {}, failed } = told;
    const root = { traceId: traceIdOf(saleId), spanId: rootIdOf(saleId) };
    const isRoot = name === 'sale';
    const within = { ...root, traceFlags: TraceFlags.SAMPLED, isRemote: true };
    const context = isRoot ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, within);
    next = isRoot ? root : null;
    const span = tracer.startSpan(
      name,
      { kind: kinds[name], startTime: startMs, attributes },
      context,
    );
    next = null;
    if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failed });
    span.end(Math.max(startMs, endMs));
  };
  return {
    isOn: true,
    nowMs: Date.now,
    tell,
    close: () =>
      provider.shutdown().catch((error) => o.log.warn({ error: String(error) }, 'traces not sent')),
  };
}
