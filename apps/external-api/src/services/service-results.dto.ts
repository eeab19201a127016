import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';

/** What the services answer, for the OpenAPI document; the values come from workers as they are. */

const money = { description: '₽' };
const perM2 = { description: '₽/m², rent: a year' };
const factors = { type: 'object', additionalProperties: { type: 'number' } } as const;

export class CoefficientValuationView {
  @ApiProperty(perM2) base!: number;
  @ApiProperty() squareCoeff!: number;
  @ApiProperty() wayCoeff!: number;
  @ApiProperty(perM2) pricePerM2!: number;
  @ApiProperty(money) total!: number;
  @ApiPropertyOptional({ description: 'Rent: ₽ a month for the whole lot' }) perMonth?: number;
  @ApiProperty() station!: string;
  @ApiPropertyOptional({ description: 'Class C is valued by B: an estimate' }) estimate?: boolean;
}

export class AdjustedAnalogView {
  @ApiProperty() lotId!: string;
  @ApiProperty(perM2) pricePerM2!: number;
  @ApiProperty(perM2) adjusted!: number;
  @ApiProperty({ ...factors, description: 'Factor of each adjustment' }) adjustments!: Record<string, number>;
}

export class AnalogValuationView {
  @ApiProperty(perM2) pricePerM2!: number;
  @ApiProperty(perM2) low!: number;
  @ApiProperty(perM2) high!: number;
  @ApiProperty(money) total!: number;
  @ApiProperty({ type: [AdjustedAnalogView] }) analogs!: AdjustedAnalogView[];
}

export class RefusedValuationView {
  @ApiProperty({ description: 'Why there is none, in Russian' }) refused!: string;
}

@ApiExtraModels(AnalogValuationView, RefusedValuationView)
export class ValuationView {
  @ApiProperty({ type: CoefficientValuationView }) byCoefficients!: CoefficientValuationView;
  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(AnalogValuationView) }, { $ref: getSchemaPath(RefusedValuationView) }],
  })
  byAnalogs!: AnalogValuationView | RefusedValuationView;
  @ApiProperty() snapshotVersion!: string;
}

export class MetroWalkView {
  @ApiProperty() station!: string;
  @ApiProperty() walkMeters!: number;
}

export class EstateView {
  @ApiProperty() id!: string;
  @ApiProperty() name!: string;
  @ApiProperty() address!: string;
  @ApiProperty() lat!: number;
  @ApiProperty() lon!: number;
  @ApiProperty() district!: string;
  @ApiProperty({ enum: ['office', 'retail', 'warehouse'] }) kind!: string;
  @ApiProperty({ enum: ['A', 'B+', 'B', 'C'] }) class!: string;
  @ApiProperty({ description: '`ready` or `YYYY-Qn`' }) readiness!: string;
  @ApiProperty() floors!: number;
  @ApiProperty({ type: [MetroWalkView] }) metro!: MetroWalkView[];
  @ApiProperty({ type: [String] }) photos!: string[];
  @ApiProperty() updatedAt!: string;
}

export class LotView {
  @ApiProperty() id!: string;
  @ApiProperty({ enum: ['rent', 'sale'] }) deal!: string;
  @ApiProperty({ description: 'm²' }) area!: number;
  @ApiProperty(perM2) price!: number;
  @ApiProperty() vatIncluded!: boolean;
  @ApiProperty() floor!: number;
  @ApiProperty({ enum: ['shell', 'partial', 'ready'] }) fitOut!: string;
  @ApiProperty() layout!: string;
  @ApiProperty() availableFrom!: string;
  @ApiPropertyOptional({ description: '₽ a month for the whole lot' }) monthlyRent?: number;
  @ApiProperty() description!: string;
  @ApiProperty() status!: string;
  @ApiProperty({ type: EstateView }) estate!: EstateView;
  @ApiProperty(money) total!: number;
}

export class AnalogItemView {
  @ApiProperty() lotId!: string;
  @ApiProperty() estateId!: string;
  @ApiProperty({ description: '1: alike in everything' }) score!: number;
  @ApiProperty({ type: Number, nullable: true }) distanceMeters!: number | null;
  @ApiProperty({ type: [String], description: 'In Russian' }) same!: string[];
  @ApiProperty({ type: [String], description: 'In Russian' }) differs!: string[];
  @ApiProperty({ type: LotView }) lot!: LotView;
}

export class AnalogsView {
  @ApiProperty({ type: [AnalogItemView] }) items!: AnalogItemView[];
  @ApiProperty({ description: 'Lots that pass the filters' }) total!: number;
  @ApiProperty() snapshotVersion!: string;
}

export class IrrView {
  @ApiProperty({ enum: ['unique', 'none', 'multiple'] }) status!: string;
  @ApiPropertyOptional({ description: '% a year' }) percent?: number;
}

/** Money out is negative. */
export class AmountsView {
  @ApiProperty() buyingProperty!: number;
  @ApiProperty({ type: Number, nullable: true }) saleProperty!: number | null;
  @ApiProperty({ type: Number, nullable: true }) addedValue!: number | null;
  @ApiProperty({ type: Number, nullable: true }) saleTax!: number | null;
  @ApiProperty({ type: Number, nullable: true }) saleIncome!: number | null;
  @ApiProperty() priceOfFinishing!: number;
  @ApiProperty() rentFlow!: number;
  @ApiProperty() terminalValue!: number;
  @ApiProperty() rentTax!: number;
  @ApiProperty() rentIncome!: number;
}

export class HoldFlowView {
  @ApiProperty() payment!: number;
  @ApiProperty() rent!: number;
  @ApiProperty() fitOut!: number;
  @ApiProperty() terminal!: number;
  @ApiProperty() propertyTax!: number;
  @ApiProperty() incomeTax!: number;
  @ApiProperty() flow!: number;
}

export class ResaleFlowView {
  @ApiProperty() payment!: number;
  @ApiProperty() sale!: number;
  @ApiProperty() addedValue!: number;
  @ApiProperty() tax!: number;
  @ApiProperty() flow!: number;
}

export class QuarterView {
  @ApiProperty({ example: '2027-Q1' }) quarter!: string;
  @ApiProperty({ type: HoldFlowView }) hold!: HoldFlowView;
  @ApiPropertyOptional({ type: ResaleFlowView }) resale?: ResaleFlowView;
}

export class YearView {
  @ApiProperty() year!: number;
  @ApiProperty({ type: HoldFlowView }) hold!: HoldFlowView;
  @ApiPropertyOptional({ type: ResaleFlowView }) resale?: ResaleFlowView;
  @ApiProperty({ description: 'Flows since the start' }) cumulative!: number;
  @ApiProperty() cashOnCashPercent!: number;
}

export class SensitivityView {
  @ApiProperty() priceChangePercent!: number;
  @ApiProperty() rentChangePercent!: number;
  @ApiProperty({ type: IrrView }) rentIrr!: IrrView;
  @ApiProperty() npv!: number;
  @ApiProperty() rentIncome!: number;
  @ApiProperty({ type: IrrView, nullable: true }) saleIrr!: IrrView | null;
}

export class StrategyMetricsView {
  @ApiProperty() npv!: number;
  @ApiProperty({ type: Number, nullable: true }) moic!: number | null;
  @ApiProperty({ type: String, nullable: true }) paybackQuarter!: string | null;
}

export class FinanceModelView extends StrategyMetricsView {
  @ApiProperty() model!: string;
  @ApiProperty({ type: AmountsView }) roubles!: AmountsView;
  @ApiProperty({ type: AmountsView }) millions!: AmountsView;
  @ApiProperty({ type: IrrView }) rentIrr!: IrrView;
  @ApiProperty({ type: IrrView, nullable: true }) saleIrr!: IrrView | null;
  @ApiProperty({ type: StrategyMetricsView, nullable: true }) resaleMetrics!: StrategyMetricsView | null;
  @ApiProperty({ type: [QuarterView] }) quarters!: QuarterView[];
  @ApiProperty({ type: [YearView] }) years!: YearView[];
  @ApiProperty({ type: [SensitivityView] }) sensitivity!: SensitivityView[];
  @ApiProperty({ ...factors, description: 'What was assumed' }) assumptions!: Record<string, number>;
  @ApiProperty({ type: [String], description: 'In Russian' }) warnings!: string[];
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The request with everything resolved' })
  inputs!: object;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Indices of quarters' }) timeline!: object;
}
