import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MAX_WAIT_MS } from '../chats/chats.dto.js';

const KINDS = ['office', 'retail', 'warehouse'] as const;
const DEALS = ['rent', 'sale'] as const;
const CLASSES = ['A', 'B+', 'B', 'C'] as const;
const FIT_OUTS = ['shell', 'partial', 'ready'] as const;
const MODELS = ['office-ready', 'office-construction', 'retail-ready', 'retail-construction'] as const;
/** m²: beyond any building there is. */
const MAX_AREA = 1_000_000;
const MAX_METERS = 50_000;
/** Roubles: keeps every product within exact integers. */
const MAX_ROUBLES = 1_000_000_000;

const finite = { allowNaN: false, allowInfinity: false };

export class ServiceWaitQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_WAIT_MS,
    default: 10_000,
    description: 'Wait this long for the result, ms',
  })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value))
  @IsInt()
  @Min(0)
  @Max(MAX_WAIT_MS)
  wait: number = 10_000;
}

export class ValuationBody {
  @ApiProperty({ enum: KINDS })
  @IsIn(KINDS)
  kind!: (typeof KINDS)[number];

  @ApiProperty({ enum: DEALS })
  @IsIn(DEALS)
  deal!: (typeof DEALS)[number];

  @ApiProperty({ enum: CLASSES })
  @IsIn(CLASSES)
  class!: (typeof CLASSES)[number];

  @ApiProperty({ example: 'Павелецкая' })
  @IsString()
  @MaxLength(100)
  station!: string;

  @ApiProperty({ minimum: 0, description: 'Metres on foot' })
  @IsNumber(finite)
  @Min(0)
  @Max(MAX_METERS)
  walkMeters!: number;

  @ApiProperty({ description: 'm²' })
  @IsNumber(finite)
  @IsPositive()
  @Max(MAX_AREA)
  area!: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsInt()
  @Min(-10)
  @Max(200)
  floor?: number;

  @ApiPropertyOptional({ enum: FIT_OUTS })
  @IsOptional()
  @IsIn(FIT_OUTS)
  fitOut?: (typeof FIT_OUTS)[number];
}

export class AnalogSubject extends PickType(ValuationBody, ['area', 'floor', 'fitOut'] as const) {
  @ApiPropertyOptional()
  @IsOptional()
  @IsNumber(finite)
  @Min(-90)
  @Max(90)
  lat?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsNumber(finite)
  @Min(-180)
  @Max(180)
  lon?: number;

  @ApiPropertyOptional({ description: 'In place of lat and lon' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  station?: string;

  @ApiPropertyOptional({ enum: CLASSES })
  @IsOptional()
  @IsIn(CLASSES)
  class?: (typeof CLASSES)[number];

  @ApiPropertyOptional({ minimum: 0 })
  @IsOptional()
  @IsNumber(finite)
  @Min(0)
  @Max(MAX_METERS)
  walkMeters?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsNumber(finite)
  @IsPositive()
  @Max(MAX_ROUBLES)
  pricePerM2?: number;
}

export class AnalogFilters {
  @ApiPropertyOptional() @IsOptional() @IsNumber(finite) @Min(0) @Max(MAX_AREA) areaMin?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber(finite) @Min(0) @Max(MAX_AREA) areaMax?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber(finite) @Min(0) @Max(MAX_ROUBLES) priceMin?: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber(finite) @Min(0) @Max(MAX_ROUBLES) priceMax?: number;

  @ApiPropertyOptional({ enum: CLASSES, isArray: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(4)
  @IsIn(CLASSES, { each: true })
  classes?: (typeof CLASSES)[number][];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  districts?: string[];

  @ApiPropertyOptional() @IsOptional() @IsNumber(finite) @IsPositive() @Max(100_000) radiusMeters?: number;
  @ApiPropertyOptional() @IsOptional() @IsBoolean() readyOnly?: boolean;
  @ApiPropertyOptional() @IsOptional() @IsNumber(finite) @Min(0) @Max(MAX_METERS) walkMax?: number;
}

export class AnalogsBody extends PickType(ValuationBody, ['deal', 'kind'] as const) {
  @ApiPropertyOptional({ minimum: 1, maximum: 100, default: 20 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  k: number = 20;

  @ApiProperty({ type: AnalogSubject })
  @IsObject()
  @ValidateNested()
  @Type(() => AnalogSubject)
  subject!: AnalogSubject;

  @ApiPropertyOptional({ type: AnalogFilters })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => AnalogFilters)
  filters?: AnalogFilters;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'number' },
    description: 'Weights by feature, over the defaults',
  })
  @IsOptional()
  @IsObject()
  weights?: Record<string, number>;
}

export class FinanceAssumptions {
  @ApiPropertyOptional({ default: 24 }) @IsOptional() @IsInt() @Min(1) @Max(200) horizonQuarters?: number;
  @ApiPropertyOptional({ default: 6 }) @IsOptional() @IsNumber(finite) @Min(0) @Max(120) rentHolidayMonths?: number;
  @ApiPropertyOptional({ default: 70_000 })
  @IsOptional()
  @IsNumber(finite)
  @Min(0)
  @Max(MAX_ROUBLES)
  fitOutPricePerM2?: number;
  @ApiPropertyOptional({ default: 8.5 }) @IsOptional() @IsNumber(finite) @Min(0.1) @Max(100) capRatePercent?: number;
  @ApiPropertyOptional({ default: 7 })
  @IsOptional()
  @IsNumber(finite)
  @Min(-50)
  @Max(100)
  rentIndexationPercent?: number;
  @ApiPropertyOptional({ default: 6 }) @IsOptional() @IsNumber(finite) @Min(-50) @Max(100) cpiPercent?: number;
  @ApiPropertyOptional({ default: 1.5 }) @IsOptional() @IsNumber(finite) @Min(0) @Max(100) propertyTaxPercent?: number;
  @ApiPropertyOptional({ default: 6 }) @IsOptional() @IsNumber(finite) @Min(0) @Max(100) incomeTaxPercent?: number;
}

export class FinanceModelBody {
  @ApiProperty({ enum: MODELS })
  @IsIn(MODELS)
  model!: (typeof MODELS)[number];

  @ApiProperty({ description: 'm²' }) @IsNumber(finite) @IsPositive() @Max(MAX_AREA) area!: number;
  @ApiProperty({ description: '₽/m²' }) @IsNumber(finite) @IsPositive() @Max(MAX_ROUBLES) pricePerM2!: number;
  @ApiProperty({ enum: FIT_OUTS }) @IsIn(FIT_OUTS) fitOut!: (typeof FIT_OUTS)[number];
  @ApiPropertyOptional({ enum: CLASSES }) @IsOptional() @IsIn(CLASSES) class?: (typeof CLASSES)[number];
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) station?: string;
  @ApiPropertyOptional() @IsOptional() @IsNumber(finite) @Min(0) @Max(MAX_METERS) walkMeters?: number;
  @ApiPropertyOptional({ description: '₽ a month' })
  @IsOptional()
  @IsNumber(finite)
  @IsPositive()
  @Max(MAX_ROUBLES)
  monthlyRent?: number;
  @ApiPropertyOptional({ description: '₽/m²' })
  @IsOptional()
  @IsNumber(finite)
  @IsPositive()
  @Max(MAX_ROUBLES)
  priceAtCompletion?: number;
  @ApiPropertyOptional({ description: '₽/m²' })
  @IsOptional()
  @IsNumber(finite)
  @Min(0)
  @Max(MAX_ROUBLES)
  averageCadastralValue?: number;
  @ApiPropertyOptional({ example: '2027-Q1' }) @IsOptional() @Matches(/^\d{4}-Q[1-4]$/) dealQuarter?: string;
  @ApiPropertyOptional({ example: '2028-Q2' }) @IsOptional() @Matches(/^(ready|\d{4}-Q[1-4])$/) readiness?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'number' },
    example: { '2027-Q1': 40, '2027-Q3': 60 },
    description: 'Quarter → % of the price; totals exactly 100',
  })
  @IsOptional()
  @IsObject()
  payments?: Record<string, number>;

  @ApiProperty({ description: 'VAT under УСН: 0, 5 or 7' }) @IsNumber(finite) @Min(0) @Max(100) vatPercent!: number;
  @ApiPropertyOptional() @IsOptional() @IsNumber(finite) @Min(-50) @Max(1000) discountPercent?: number;

  @ApiPropertyOptional({ type: FinanceAssumptions })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => FinanceAssumptions)
  assumptions?: FinanceAssumptions;
}

export class JobAcceptedView {
  @ApiProperty() jobId!: string;
}

export class JobProblemView {
  @ApiProperty() code!: string;
  @ApiProperty() detail!: string;
}

export class JobFileView {
  @ApiProperty() name!: string;
  @ApiProperty() contentType!: string;
  @ApiProperty() url!: string;
}

export class JobView {
  @ApiProperty({ enum: ['waiting', 'active', 'completed', 'failed'] })
  state!: 'waiting' | 'active' | 'completed' | 'failed';

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  result?: object;

  @ApiPropertyOptional({
    type: JobFileView,
    isArray: true,
    description: 'Files the job was asked for, by links that expire',
  })
  files?: JobFileView[];

  @ApiPropertyOptional({ type: JobProblemView })
  problem?: JobProblemView;
}

export class JobParams {
  @ApiProperty({ pattern: '^[A-Za-z0-9._:-]{1,200}$' })
  @Matches(/^[A-Za-z0-9._:-]{1,200}$/)
  jobId!: string;
}
