import { openXlsx, readXlsx, saveXlsx } from 'hucre/xlsx';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  cashFlowChartSvg,
  type FinanceContext,
  type FinanceModelRequest,
  type FinanceModelResult,
  formatQuarter,
  formatRoubles,
  fromRoubles,
  renderChartPng,
  renderPdf,
  renderXlsx,
  runFinanceModel,
} from '../src/index.js';
import { HOLD_RESULTS, NO_IRR, NO_PAYBACK, RESALE_RESULTS, RESULT_LABELS } from '../src/labels.js';
import { installed, pdfFonts, pdfPages, recalculate } from './external-tools.js';
import {
  NOW,
  OFFICE_CONSTRUCTION,
  OFFICE_CONTEXT,
  OFFICE_READY,
  RETAIL_CONSTRUCTION,
  RETAIL_READY,
} from './requests.js';

const withCalc = installed('soffice', '--version');
const withPoppler = installed('pdftotext', '-v');

const MODELS: [string, FinanceModelRequest, FinanceContext][] = [
  ['office-construction', OFFICE_CONSTRUCTION, OFFICE_CONTEXT],
  ['retail-construction', RETAIL_CONSTRUCTION, { now: NOW }],
  ['office-ready', OFFICE_READY, OFFICE_CONTEXT],
  ['retail-ready', RETAIL_READY, { now: NOW }],
];

/** Every figure of the sheets against the result, to the kopeck and to the millionth of a percent. */
function expectAgreement(sheets: Map<string, string[][]>, result: FinanceModelResult): void {
  const summary = sheets.get('Сводка')!;
  const from = (title: string) => summary.findIndex((row) => row[0] === title);
  const block = (title: string) =>
    new Map(summary.slice(from(title) + 1, from(title) + 12).map((row) => [row[0]!, row]));
  const hold = block('Удержание и аренда');
  for (const name of HOLD_RESULTS) {
    expect(Number(hold.get(RESULT_LABELS[name])![1]), name).toBe(result.roubles[name]);
    expect(Number(hold.get(RESULT_LABELS[name])![2]), name).toBe(result.millions[name]);
  }
  const expectIrr = (shown: string | undefined, irr: FinanceModelResult['rentIrr']) =>
    irr.percent === undefined ? expect(shown).toBe(NO_IRR) : expect(Number(shown) * 100).toBeCloseTo(irr.percent, 4);
  expectIrr(hold.get('IRR, годовых')?.[1], result.rentIrr);
  const npv = [...hold].find(([label]) => label.startsWith('NPV'))![1];
  expect(Number(npv[1])).toBeCloseTo(result.npv, 2);
  expect(Number(hold.get('Возврат на вложенное (MOIC)')![1])).toBe(result.moic);
  const payback = result.paybackQuarter === null ? NO_PAYBACK : formatQuarter(result.paybackQuarter);
  expect(hold.get('Окупаемость')![1]).toBe(payback);
  if (result.saleIrr) {
    const resale = block('Перепродажа после ввода');
    for (const name of RESALE_RESULTS)
      expect(Number(resale.get(RESULT_LABELS[name])![1]), name).toBe(result.roubles[name]);
    expectIrr(resale.get('IRR, годовых')?.[1], result.saleIrr);
  }
  const quarters = sheets.get('Кварталы')!;
  result.quarters.forEach(({ quarter, hold: row, resale }, t) => {
    const cells = quarters[2 + t]!;
    expect(cells[1]).toBe(formatQuarter(quarter));
    const { payment, rent, fitOut, terminal, propertyTax, incomeTax, flow } = row;
    const expected = [payment, rent, fitOut, terminal, propertyTax, incomeTax, flow];
    expect(cells.slice(4, 11).map((value) => Number(value) + 0)).toEqual(expected);
    if (!resale) return;
    const sale = [resale.payment, resale.sale, resale.addedValue, resale.tax, resale.flow];
    expect(cells.slice(12, 17).map((value) => Number(value) + 0)).toEqual(sale);
  });
  const years = sheets.get('Годы')!;
  result.years.forEach((year, i) => {
    const cells = years[1 + i]!.map(Number);
    expect([cells[0], cells[7], cells[8]]).toEqual([year.year, year.hold.flow, year.cumulative]);
    expect(cells[9]! * 100).toBeCloseTo(year.cashOnCashPercent, 6);
  });
  const sensitivity = sheets.get('Чувствительность')!;
  result.sensitivity.forEach((cell, i) => {
    expectIrr(sensitivity[4 + Math.floor(i / 3)]![1 + (i % 3)], cell.rentIrr);
    expect(Number(sensitivity[10 + Math.floor(i / 3)]![1 + (i % 3)])).toBeCloseTo(cell.npv, 2);
    if (cell.saleIrr) expectIrr(sensitivity[4 + Math.floor(i / 3)]![5], cell.saleIrr);
  });
}

/** The workbook with other numbers in the input cells of «Допущения» and nothing else touched: the cached values are now wrong. */
async function edit(workbook: Uint8Array, inputs: Record<string, number>): Promise<Uint8Array> {
  const book = await openXlsx(workbook);
  const sheet = book.sheets.find(({ name }) => name === 'Допущения')!;
  for (const [label, value] of Object.entries(inputs)) {
    const row = sheet.rows.findIndex((cells) => cells[0] === label);
    expect(row, label).toBeGreaterThan(0);
    sheet.rows[row]![1] = value;
    const cell = sheet.cells?.get(`${row},1`);
    expect(cell?.formula, label).toBeUndefined();
    if (cell) cell.value = value;
  }
  return saveXlsx(book);
}

describe('spreadsheet report', () => {
  it.each(MODELS)('%s: cached values are there for programs that do not calculate', async (_, request, context) => {
    const result = runFinanceModel(request, context);
    const book = await readXlsx(await renderXlsx(result));
    expect(book.sheets.map((sheet) => sheet.name)).toEqual([
      'Сводка',
      'Кварталы',
      'Годы',
      'Допущения',
      'Чувствительность',
    ]);
    expectAgreement(
      new Map(
        book.sheets.map((sheet) => [sheet.name, sheet.rows.map((row) => row.map((value) => String(value ?? '')))]),
      ),
      result,
    );
  });

  it.each(MODELS)('%s: figures are formulas with number formats and column widths', async (_, request, context) => {
    const book = await readXlsx(await renderXlsx(runFinanceModel(request, context)), { readStyles: true });
    const quarters = book.sheets[1]!;
    const formulas = [...quarters.cells!.values()].filter((cell) => cell.formula !== undefined);
    expect(formulas.length).toBeGreaterThan(8 * quarters.rows.length - 40);
    expect(quarters.cells!.get('2,5')!.formula).toMatch(/^IF\(AND\(A3>=Допущения!/);
    expect(quarters.cells!.get('2,5')!.style!.numFmt).toContain('#,##0.00');
    expect(quarters.columns![5]!.width).toBeGreaterThanOrEqual(18);
  });

  describe.skipIf(!withCalc)('recalculated by LibreOffice', { timeout: 90_000 }, () => {
    it.each(MODELS)('%s: agrees to the kopeck', async (_, request, context) => {
      const result = runFinanceModel(request, context);
      expectAgreement(await recalculate(await renderXlsx(result)), result);
    });

    it('follows a changed price, rent and VAT: the cells are alive', async () => {
      const before = runFinanceModel(OFFICE_CONSTRUCTION, OFFICE_CONTEXT);
      const request = { ...OFFICE_CONSTRUCTION, pricePerM2: 280_000.01, vatPercent: 7 };
      const after = runFinanceModel(request, { ...OFFICE_CONTEXT, annualRentPerM2: 41_234.56 });
      const edited = await edit(await renderXlsx(before), {
        'Цена покупки': 280_000.01,
        'Ставка аренды': 41_234.56,
        НДС: 0.07,
      });
      expectAgreement(await recalculate(edited), after);
      expect(after.rentIrr.percent).not.toBeCloseTo(before.rentIrr.percent!, 1);
    });

    it('follows a shorter horizon and other rates', async () => {
      const before = runFinanceModel(RETAIL_CONSTRUCTION, { now: NOW });
      const assumptions = {
        horizonQuarters: 16,
        capRatePercent: 10,
        cpiPercent: 4.5,
        rentHolidayMonths: 3,
        rentIndexationPercent: 5,
        fitOutPricePerM2: 55_555.55,
        propertyTaxPercent: 2,
        incomeTaxPercent: 15,
      };
      const after = runFinanceModel({ ...RETAIL_CONSTRUCTION, assumptions }, { now: NOW });
      const edited = await edit(await renderXlsx(before), {
        'Горизонт расчёта': 16,
        'Ставка капитализации': 0.1,
        Инфляция: 0.045,
        'Арендные каникулы': 3,
        'Индексация аренды': 0.05,
        'Стоимость отделки': 55_555.55,
        'Налог на имущество': 0.02,
        'Налог на доход (УСН)': 0.15,
      });
      const summary = new Map((await recalculate(edited)).get('Сводка')!.map((row) => [row[0]!, row[1]!]));
      for (const name of [...HOLD_RESULTS, 'saleIncome'] as const)
        expect(Number(summary.get(RESULT_LABELS[name])), name).toBe(after.roubles[name]);
    });

    it('says that there is no IRR instead of showing an error', async () => {
      const hopeless = {
        ...RETAIL_READY,
        monthlyRent: 1,
        averageCadastralValue: 1_000_000,
        assumptions: { capRatePercent: 50 },
      };
      const result = runFinanceModel(hopeless, { now: NOW });
      expect(result.rentIrr.status).toBe('none');
      expectAgreement(await recalculate(await renderXlsx(result)), result);
    });
  });
});

describe('PDF report', () => {
  describe.skipIf(!withPoppler)('read by poppler', () => {
    let pages: string[] = [];
    const result = runFinanceModel({ ...OFFICE_CONSTRUCTION, assumptions: { horizonQuarters: 80 } }, OFFICE_CONTEXT);
    const figures = (text: string) => text.replace(/\u00a0/g, ' ');

    beforeAll(async () => {
      pages = await pdfPages(await renderPdf(result));
    });

    it('shows every total and rate in Cyrillic text that can be copied', () => {
      const text = figures(pages.join('\n'));
      for (const name of [...HOLD_RESULTS, ...RESALE_RESULTS]) {
        expect(text).toContain(RESULT_LABELS[name]);
        expect(text).toContain(figures(formatRoubles(fromRoubles(result.roubles[name]!))));
      }
      const rate = result.rentIrr.percent!.toFixed(2).replace(/0+$/, '').replace('.', ',');
      expect(text).toContain(`${rate} % годовых`);
      for (const word of ['Чувствительность', 'Допущения', 'денежный поток по кварталам', 'метро Белорусская'])
        expect(text).toContain(word);
    });

    it('breaks the long table across pages and repeats its header', () => {
      const holding = pages.filter((page) => page.includes('Терминальная ст.') && /кв\.\s*20/.test(page));
      expect(holding.length).toBeGreaterThanOrEqual(3);
      const text = figures(pages.join('\n'));
      for (const { quarter, hold } of result.quarters) {
        const line = figures(formatQuarter(quarter));
        const flow = figures(formatRoubles(fromRoubles(hold.flow))).replace(' ₽', '');
        expect(
          text.split('\n').some((row) => row.includes(line) && row.includes(flow)),
          quarter,
        ).toBe(true);
      }
    });

    it('embeds its fonts', async () => {
      const fonts = (await pdfFonts(await renderPdf(result))).trim().split('\n').slice(2);
      expect(fonts.length).toBeGreaterThanOrEqual(2);
      for (const font of fonts) expect(font).toMatch(/Roboto.*\byes\b\s+yes\s+yes/);
    });
  });
});

describe('chart', () => {
  const result = runFinanceModel(OFFICE_CONSTRUCTION, OFFICE_CONTEXT);

  it('draws a bar for every quarter that has a flow, inside the picture', () => {
    const svg = cashFlowChartSvg(result);
    const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].slice(5);
    const flows = result.quarters.flatMap((row) => [row.hold.flow, row.resale!.flow]).filter((flow) => flow !== 0);
    expect(bars).toHaveLength(flows.length);
    for (const [, x, y, width, height] of bars) {
      expect(Number(x) + Number(width)).toBeLessThanOrEqual(744.01);
      expect(Number(y)).toBeGreaterThanOrEqual(61.9);
      expect(Number(y) + Number(height)).toBeLessThanOrEqual(292.6);
    }
  });

  it('is a PNG of 1520 × 680 that is not blank', async () => {
    const png = Buffer.from(await renderChartPng(result));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1520, 680]);
    expect(png.length).toBeGreaterThan(15_000);
  });

  it('survives flows that are all of one sign', () => {
    const hopeless = { ...RETAIL_READY, monthlyRent: 1, averageCadastralValue: 1_000_000 };
    expect(cashFlowChartSvg(runFinanceModel(hopeless, { now: NOW }))).not.toMatch(/NaN|Infinity/);
  });
});

describe('reports', () => {
  it('give the same bytes for the same result and leave it as it was', async () => {
    const result = runFinanceModel(OFFICE_CONSTRUCTION, OFFICE_CONTEXT);
    const before = JSON.stringify(result);
    const render = async () =>
      [await renderXlsx(result), await renderPdf(result), await renderChartPng(result)].map((bytes) =>
        Buffer.from(bytes).toString('base64'),
      );
    const first = await render();
    expect(await render()).toEqual(first);
    expect(JSON.stringify(result)).toBe(before);
  });
});
