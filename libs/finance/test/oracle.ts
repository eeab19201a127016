import { Decimal } from 'decimal.js';

// A second implementation of the investment model, used by tests only. It shares nothing with the first: decimal.js instead of
// fractions, calendar arithmetic on year/quarter pairs, one function of t per term instead of rows filled in order, and IRR by
// bisection of NPV in 40 digits.
const D = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_HALF_UP });

export interface OracleInput {
  construction: boolean;
  area: number;
  price: number;
  /** ₽/m² a year, or null when `monthlyRent` is given. */
  annualRent: number | null;
  monthlyRent: number | null;
  salePrice: number | null;
  cadastral: number | null;
  fitOutShare: number;
  deal: string;
  readiness: string;
  payments: Record<string, number>;
  vat: number;
  horizon: number;
  holidays: number;
  fitOutPrice: number;
  cap: number;
  indexation: number;
  cpi: number;
  propertyTax: number;
  incomeTax: number;
}

export interface OracleRow {
  payment: Decimal;
  rent: Decimal;
  fitOut: Decimal;
  terminal: Decimal;
  propertyTax: Decimal;
  incomeTax: Decimal;
  flow: Decimal;
  resale: { sale: Decimal; addedValue: Decimal; tax: Decimal; flow: Decimal } | null;
}

const distance = (from: string, to: string): number => {
  const [y1, q1] = from.split('-Q').map(Number) as [number, number];
  const [y2, q2] = to.split('-Q').map(Number) as [number, number];
  return (y2 - y1) * 4 + (q2 - q1);
};
const cents = (value: Decimal) => value.toDecimalPlaces(2, Decimal.ROUND_HALF_UP);

export function oracleRows(input: OracleInput): OracleRow[] {
  const start = [input.deal, ...Object.keys(input.payments)].reduce((a, b) => (distance(a, b) < 0 ? b : a));
  const R = distance(start, input.readiness);
  const S = R + Math.ceil(input.holidays / 3);
  const F = Math.min(R + 1, S);
  const T = R + input.horizon - 1;
  const Q = R + 1;
  const area = new D(input.area);
  const cpi = new D(input.cpi).div(100).plus(1);
  const grow = (t: number) => (input.construction ? cpi.pow(new D(t).div(4)) : new D(1));
  const rate = input.monthlyRent === null ? new D(input.annualRent!).times(area) : new D(input.monthlyRent).times(12);
  const tax = new D(input.incomeTax).plus(input.vat).div(100);
  const lot = cents(area.times(input.price));
  const byTime = Object.entries(input.payments).sort(([a], [b]) => distance(b, a));
  const paidBy = (t: number) =>
    byTime.reduce((sum, [quarter, percent]) => (distance(start, quarter) <= t ? sum.plus(percent) : sum), new D(0));
  const paid = (t: number) => cents(lot.times(paidBy(t)).div(100));
  const rent = (t: number) =>
    t < S
      ? new D(0)
      : cents(
          rate
            .times(grow(S))
            .div(4)
            .times(
              new D(input.indexation)
                .div(100)
                .plus(1)
                .pow(Math.floor((t - S) / 4)),
            ),
        );
  const terminal = (t: number) => (t === T ? cents(rent(T).times(4).div(new D(input.cap).div(100))) : new D(0));
  const sale = (t: number) => (t === Q ? cents(area.times(input.salePrice ?? 0)) : new D(0));
  return Array.from({ length: T + 1 }, (_, t) => {
    const payment = (t === 0 ? paid(0) : paid(t).minus(paid(t - 1))).neg();
    const fitOut =
      t === F ? cents(area.times(input.fitOutPrice).times(input.fitOutShare).times(grow(F))).neg() : new D(0);
    const propertyTax =
      t >= R + 4
        ? cents(
            area
              .times(input.cadastral ?? 0)
              .times(input.propertyTax)
              .div(400),
          ).neg()
        : new D(0);
    const incomeTax = cents(rent(t).plus(terminal(t)).times(tax)).neg();
    const flow = payment.plus(rent(t)).plus(fitOut).plus(terminal(t)).plus(propertyTax).plus(incomeTax);
    const added = cents(sale(t).times(cpi.pow(new D(Q).div(4)).minus(1)));
    const saleTax = cents(sale(t).plus(added).times(tax)).neg();
    return {
      payment,
      rent: rent(t),
      fitOut,
      terminal: terminal(t),
      propertyTax,
      incomeTax,
      flow,
      resale:
        input.construction && input.salePrice !== null
          ? { sale: sale(t), addedValue: added, tax: saleTax, flow: payment.plus(sale(t)).plus(added).plus(saleTax) }
          : null,
    };
  });
}

export function oracleNpv(flows: readonly Decimal[], discountPercent: number): Decimal {
  const base = new D(discountPercent).div(100).plus(1);
  return cents(flows.reduce((sum, flow, t) => sum.plus(flow.div(base.pow(new D(t).div(4)))), new D(0)));
}

/** Annual IRR of flows with exactly one sign change, by plain bisection of the quarterly rate; null outside −90 % … +2000 %. */
export function oracleIrr(flows: readonly Decimal[]): number | null {
  const npv = (rate: Decimal) => flows.reduceRight((sum, flow) => sum.div(rate.plus(1)).plus(flow), new D(0));
  let low = new D('-0.9');
  let high = new D(20);
  const sign = npv(low).s;
  if (npv(high).s === sign) return null;
  for (let i = 0; i < 90; i++) {
    const middle = low.plus(high).div(2);
    if (npv(middle).s === sign) low = middle;
    else high = middle;
  }
  return low.plus(1).pow(4).minus(1).times(100).toNumber();
}
