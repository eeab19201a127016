import 'reflect-metadata';
import { IsIn, IsOptional, IsUrl, Matches } from 'class-validator';
import { HTTP_URL } from './text-value.js';
import { Variable } from './variable.js';

/** As the OpenTelemetry specification names them. */
export const TRACES_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Variables of OpenTelemetry that switch traces on; the others of its standard (headers, timeouts, names) are read by its SDK. */
export class TracingEnvironment {
  @Variable({
    group: 'Traces',
    description: 'Collector that takes OTLP over HTTP; without it there are no traces',
    allowed: 'an http(s) URL',
    default: 'off',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @Variable({
    group: 'Traces',
    description: 'The same for traces alone, with its path',
    allowed: 'an http(s) URL',
    default: 'off',
  })
  @IsOptional()
  @IsUrl(HTTP_URL)
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;

  @Variable({
    group: 'Traces',
    description: 'Switches traces off although there is a collector',
    allowed: 'true or false',
    default: 'false',
  })
  @IsIn(['true', 'false'])
  OTEL_SDK_DISABLED = 'false';

  @Variable({
    group: 'Traces',
    description: 'Which traces are kept',
    allowed: TRACES_SAMPLERS.join(', '),
    default: 'parentbased_always_on',
  })
  @IsIn(TRACES_SAMPLERS)
  OTEL_TRACES_SAMPLER: (typeof TRACES_SAMPLERS)[number] = 'parentbased_always_on';

  @Variable({
    group: 'Traces',
    description: 'Share of traces the ratio samplers keep',
    allowed: '0 to 1',
    default: '1',
  })
  @Matches(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/)
  OTEL_TRACES_SAMPLER_ARG = '1';
}
