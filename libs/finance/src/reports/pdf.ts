import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { ASSUMPTION_NAMES, ASSUMPTION_RULES } from '../assumptions.js';
import {
  FIT_OUT_LABELS,
  formatIrr,
  HOLD_RESULTS,
  MODEL_LABELS,
  NO_PAYBACK,
  RESALE_RESULTS,
  RESULT_LABELS,
} from '../labels.js';
import { formatDecimal, formatMillions, formatRoubles, fromRoubles } from '../money.js';
import { formatQuarter, quarterStart } from '../quarter.js';
import type { FinanceModelResult, Irr, ResultName, StrategyMetrics } from '../result.js';
import { cashFlowChartSvg } from './chart.js';
import { FONT_FAMILY, FONT_FILES } from './fonts.js';

const MARGIN = 36;

/** Loaded with the first report: whoever only computes models starts without. */
async function openPdfmake() {
  const { default: pdfmake } = await import('pdfmake');
  pdfmake.setFonts({
    [FONT_FAMILY]: {
      normal: FONT_FILES.regular,
      bold: FONT_FILES.medium,
      italics: FONT_FILES.regular,
      bolditalics: FONT_FILES.medium,
    },
  });
  // Nothing in a report is fetched: only the fonts are read from the disk.
  pdfmake.setUrlAccessPolicy(() => false);
  const fontFiles: readonly string[] = Object.values(FONT_FILES);
  pdfmake.setLocalAccessPolicy((file: string) => fontFiles.includes(file));
  return pdfmake;
}
let opened: ReturnType<typeof openPdfmake> | undefined;

const roubles = (amount: number) => formatRoubles(fromRoubles(amount)).replace(/\u00a0₽$/, '');
const right = (text: string): TableCell => ({ text, alignment: 'right' });
/** Header cells: the first column is text, the others are figures. */
const head = (labels: readonly string[]): TableCell[] =>
  labels.map((text, i) => ({ text, style: 'head', alignment: i === 0 ? 'left' : 'right' }));

/**
 * The report for a client: summary of both strategies, vector chart, assumptions, schedule, and the full quarterly and yearly tables,
 * which break across pages with repeated headers. Dates inside are those of the model. CPU-bound, about 0.1 s: call it in a worker.
 */
export async function renderPdf(result: FinanceModelResult): Promise<Uint8Array> {
  const title = `Инвестиционная модель: ${MODEL_LABELS[result.model].toLowerCase()}`;
  const date = quarterStart(result.quarters[0]!.quarter);
  const definition: TDocumentDefinitions = {
    pageSize: 'A4',
    pageOrientation: 'landscape',
    pageMargins: [MARGIN, MARGIN, MARGIN, MARGIN + 8],
    info: { title, author: 'WeWall AI', creationDate: date, modDate: date },
    defaultStyle: { font: FONT_FAMILY, fontSize: 8.5 },
    styles: {
      title: { fontSize: 16, bold: true, margin: [0, 0, 0, 4] },
      section: { fontSize: 11, bold: true, margin: [0, 10, 0, 4] },
      head: { bold: true, fillColor: '#e8eef5' },
    },
    footer: (page, pages) => ({
      text: `${page} / ${pages}`,
      alignment: 'center',
      fontSize: 8,
      margin: [0, 12, 0, 0],
    }),
    content: [
      { text: title, style: 'title' },
      subject(result),
      ...strategies(result),
      { svg: cashFlowChartSvg(result), width: 560, alignment: 'center', margin: [0, 12, 0, 0] },
      ...warnings(result),
      ...assumptions(result),
      ...sensitivity(result),
      { text: 'Удержание и аренда по кварталам, ₽', style: 'section', pageBreak: 'before' },
      holdTable(result),
      ...resaleTable(result),
      ...yearsTable(result),
    ],
  };
  opened ??= openPdfmake();
  const pdfmake = await opened;
  return new Uint8Array(await pdfmake.createPdf(definition).getBuffer());
}

function subject({ inputs, timeline }: FinanceModelResult): Content {
  const place = inputs.station === null ? [] : [`метро ${inputs.station}`];
  if (inputs.walkMeters !== null) place.push(`${formatDecimal(inputs.walkMeters)} м пешком`);
  if (inputs.class !== null) place.push(`класс ${inputs.class}`);
  const facts = [
    `${formatDecimal(inputs.area)} м²`,
    `${roubles(inputs.pricePerM2)} ₽/м²`,
    ...place,
    FIT_OUT_LABELS[inputs.fitOut],
    `сделка ${formatQuarter(timeline.dealQuarter)}`,
    `готовность ${formatQuarter(timeline.readinessQuarter)}`,
  ];
  return { text: facts.join(' · '), margin: [0, 0, 0, 4] };
}

function strategies(result: FinanceModelResult): Content[] {
  const blocks: Content[] = [strategy('Удержание и аренда', result, HOLD_RESULTS, result.rentIrr, result)];
  if (result.saleIrr && result.resaleMetrics)
    blocks.push(strategy('Перепродажа после ввода', result, RESALE_RESULTS, result.saleIrr, result.resaleMetrics));
  return [{ columns: blocks, columnGap: 24 }];
}

function strategy(
  title: string,
  result: FinanceModelResult,
  names: readonly ResultName[],
  irr: Irr,
  metrics: StrategyMetrics,
): Content {
  const rows: TableCell[][] = names.map((name, i) => {
    const amount = fromRoubles(result.roubles[name] ?? 0);
    const bold = i === names.length - 1;
    return [
      { text: RESULT_LABELS[name], bold },
      { text: formatRoubles(amount), alignment: 'right', bold },
      { text: formatMillions(amount), alignment: 'right', bold },
    ];
  });
  const rate = formatDecimal(result.inputs.discountPercent);
  const payback = metrics.paybackQuarter === null ? NO_PAYBACK : formatQuarter(metrics.paybackQuarter);
  const facts: [string, string][] = [
    ['IRR', formatIrr(irr)],
    [`NPV при ${rate} % годовых`, formatRoubles(fromRoubles(metrics.npv))],
    ['Возврат на вложенное (MOIC)', metrics.moic === null ? '—' : `×${formatDecimal(metrics.moic, 2)}`],
    ['Окупаемость', payback],
  ];
  for (const [name, value] of facts) rows.push([name, { text: value, alignment: 'right', colSpan: 2 }, '']);
  return {
    stack: [
      { text: title, style: 'section' },
      { table: { widths: ['*', 'auto', 'auto'], body: rows }, layout: 'lightHorizontalLines' },
    ],
  };
}

// pdfmake rewrites the arrays it is given, so the result's own are copied.
function warnings({ warnings: texts }: FinanceModelResult): Content[] {
  if (texts.length === 0) return [];
  return [{ text: 'Замечания', style: 'section' }, { ul: [...texts] }];
}

function assumptions(result: FinanceModelResult): Content[] {
  const { inputs } = result;
  const cadastral = inputs.averageCadastralValue;
  const rows: [string, string][] = ASSUMPTION_NAMES.map((name) => {
    const { label, unit } = ASSUMPTION_RULES[name];
    return [label, `${formatDecimal(result.assumptions[name])} ${unit}`];
  });
  rows.push(
    ['НДС', `${inputs.vatPercent} %`],
    ['Ставка аренды', `${formatDecimal(inputs.annualRentPerM2)} ₽/м² в год`],
    ['Кадастровая стоимость', cadastral === null ? 'неизвестна' : `${formatDecimal(cadastral)} ₽/м²`],
  );
  if (inputs.salePricePerM2 !== null) rows.push(['Цена перепродажи', `${formatDecimal(inputs.salePricePerM2)} ₽/м²`]);
  for (const { quarter, percent } of inputs.payments)
    rows.push([`Платёж ${formatQuarter(quarter)}`, `${formatDecimal(percent, 6)} % цены`]);
  const half = Math.ceil(rows.length / 2);
  const column = (part: [string, string][]): Content => ({
    table: { widths: ['*', 'auto'], body: part.map(([name, value]) => [name, right(value)]) },
    layout: 'lightHorizontalLines',
  });
  return [
    { text: 'Допущения', style: 'section' },
    { columns: [column(rows.slice(0, half)), column(rows.slice(half))], columnGap: 24 },
  ];
}

function sensitivity(result: FinanceModelResult): Content[] {
  const sign = (percent: number) => (percent > 0 ? `+${percent} %` : `${formatDecimal(percent)} %`);
  const rents = [...new Set(result.sensitivity.map((cell) => cell.rentChangePercent))];
  const prices = [...new Set(result.sensitivity.map((cell) => cell.priceChangePercent))];
  const body: TableCell[][] = [head(['Цена \\ аренда', ...rents.map((rent) => `аренда ${sign(rent)}`)])];
  for (const price of prices) {
    const cells = result.sensitivity.filter((cell) => cell.priceChangePercent === price);
    body.push([
      `цена ${sign(price)}`,
      ...cells.map((cell) => right(`${formatIrr(cell.rentIrr)}; NPV ${formatMillions(fromRoubles(cell.npv))}`)),
    ]);
  }
  return [
    {
      unbreakable: true,
      stack: [
        { text: 'Чувствительность: IRR и NPV удержания', style: 'section' },
        { table: { headerRows: 1, widths: ['auto', '*', '*', '*'], body }, layout: 'lightHorizontalLines' },
      ],
    },
  ];
}

const HOLD_HEAD = ['Платежи', 'Аренда', 'Отделка', 'Терминальная ст.', 'Налог на имущество', 'Налог на доход', 'Поток'];
const HOLD_COLUMNS = ['payment', 'rent', 'fitOut', 'terminal', 'propertyTax', 'incomeTax', 'flow'] as const;

function longTable(first: string, labels: readonly string[], rows: TableCell[][]): Content {
  const widths = ['auto', ...labels.map(() => '*')];
  const body = [head([first, ...labels]), ...rows];
  return { table: { headerRows: 1, dontBreakRows: true, widths, body }, layout: 'lightHorizontalLines', fontSize: 8 };
}

function holdTable(result: FinanceModelResult): Content {
  const rows: TableCell[][] = result.quarters.map(({ quarter, hold }) => [
    formatQuarter(quarter),
    ...HOLD_COLUMNS.map((name) => right(roubles(hold[name]))),
  ]);
  const totals = HOLD_COLUMNS.map((name) =>
    result.quarters.reduce((sum, { hold }) => sum + fromRoubles(hold[name]), 0),
  );
  const bold = (text: string): TableCell => ({ text, alignment: 'right', bold: true });
  rows.push([
    { text: 'Итого', bold: true },
    ...totals.map((amount) => bold(formatRoubles(amount).replace(/\u00a0₽$/, ''))),
  ]);
  return longTable('Квартал', HOLD_HEAD, rows);
}

function resaleTable(result: FinanceModelResult): Content[] {
  // Quarters after the sale and the last payment are empty: they stay in the spreadsheet.
  const rows = result.quarters.flatMap(({ quarter, resale }) =>
    resale && (resale.flow !== 0 || resale.payment !== 0)
      ? [
          [
            formatQuarter(quarter),
            ...[resale.payment, resale.sale, resale.addedValue, resale.tax, resale.flow].map((v) => right(roubles(v))),
          ],
        ]
      : [],
  );
  if (rows.length === 0) return [];
  const labels = ['Платежи', 'Продажа', 'Прирост стоимости', 'Налоги', 'Поток'];
  return [{ text: 'Перепродажа по кварталам, ₽', style: 'section' }, longTable('Квартал', labels, rows)];
}

function yearsTable(result: FinanceModelResult): Content[] {
  const rows: TableCell[][] = result.years.map(({ year, hold, cumulative, cashOnCashPercent }) => [
    String(year),
    ...HOLD_COLUMNS.map((name) => right(roubles(hold[name]))),
    right(roubles(cumulative)),
    right(`${formatDecimal(cashOnCashPercent, 2)} %`),
  ]);
  const labels = [...HOLD_HEAD, 'Нарастающим итогом', 'Доходность на вложенное'];
  return [{ text: 'По календарным годам, ₽', style: 'section' }, longTable('Год', labels, rows)];
}
