/** Everything the model assumes; each can be overridden per request and is printed in every report. */
export interface Assumptions {
  /** H: quarters counted from the readiness quarter. */
  horizonQuarters: number;
  rentHolidayMonths: number;
  /** ₽/m² for a `shell` lot. */
  fitOutPricePerM2: number;
  /** % a year. */
  capRatePercent: number;
  /** % a year. */
  rentIndexationPercent: number;
  /** % a year; applies to premises under construction. */
  cpiPercent: number;
  /** % of the cadastral value a year. */
  propertyTaxPercent: number;
  /** УСН, % of income. */
  incomeTaxPercent: number;
}

export type AssumptionName = keyof Assumptions;

export interface AssumptionRule {
  default: number;
  /** Inclusive bounds. */
  min: number;
  max: number;
  integer: boolean;
  /** As printed for clients. */
  label: string;
  unit: '%' | 'кварталов' | 'мес.' | '₽/м²';
}

/** Defaults and bounds (domain: investment model). The one table for validation, reports and the API's documentation. */
export const ASSUMPTION_RULES: Readonly<Record<AssumptionName, AssumptionRule>> = {
  horizonQuarters: { default: 24, min: 2, max: 120, integer: true, label: 'Горизонт расчёта', unit: 'кварталов' },
  rentHolidayMonths: { default: 6, min: 0, max: 36, integer: true, label: 'Арендные каникулы', unit: 'мес.' },
  fitOutPricePerM2: {
    default: 70_000,
    min: 0,
    max: 1_000_000,
    integer: false,
    label: 'Стоимость отделки',
    unit: '₽/м²',
  },
  capRatePercent: { default: 8.5, min: 1, max: 50, integer: false, label: 'Ставка капитализации', unit: '%' },
  rentIndexationPercent: { default: 7, min: 0, max: 30, integer: false, label: 'Индексация аренды', unit: '%' },
  cpiPercent: { default: 6, min: 0, max: 30, integer: false, label: 'Инфляция', unit: '%' },
  propertyTaxPercent: { default: 1.5, min: 0, max: 5, integer: false, label: 'Налог на имущество', unit: '%' },
  incomeTaxPercent: { default: 6, min: 0, max: 50, integer: false, label: 'Налог на доход (УСН)', unit: '%' },
};

export const ASSUMPTION_NAMES = Object.keys(ASSUMPTION_RULES) as AssumptionName[];

/** Used when the request gives no `discountPercent`; the result says so in `warnings`. */
export const DEFAULT_DISCOUNT_PERCENT = 15;

/** Share of `fitOutPricePerM2` that is still to be paid. */
export const FIT_OUT_SHARE = { shell: 1, partial: 0.8, ready: 0 } as const;

/** VAT rates open to УСН, %. */
export const VAT_PERCENTS = [0, 5, 7] as const;

/** Defaults with the overrides of a validated request applied. */
export function resolveAssumptions(overrides: Partial<Assumptions> = {}): Assumptions {
  return {
    horizonQuarters: overrides.horizonQuarters ?? ASSUMPTION_RULES.horizonQuarters.default,
    rentHolidayMonths: overrides.rentHolidayMonths ?? ASSUMPTION_RULES.rentHolidayMonths.default,
    fitOutPricePerM2: overrides.fitOutPricePerM2 ?? ASSUMPTION_RULES.fitOutPricePerM2.default,
    capRatePercent: overrides.capRatePercent ?? ASSUMPTION_RULES.capRatePercent.default,
    rentIndexationPercent: overrides.rentIndexationPercent ?? ASSUMPTION_RULES.rentIndexationPercent.default,
    cpiPercent: overrides.cpiPercent ?? ASSUMPTION_RULES.cpiPercent.default,
    propertyTaxPercent: overrides.propertyTaxPercent ?? ASSUMPTION_RULES.propertyTaxPercent.default,
    incomeTaxPercent: overrides.incomeTaxPercent ?? ASSUMPTION_RULES.incomeTaxPercent.default,
  };
}
