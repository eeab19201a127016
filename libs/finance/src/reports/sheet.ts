import type { Cell, CellStyle, CellValue, PageSetup, RowDef, WriteSheet } from 'hucre';

/** Number formats of the report; roubles are shown with kopecks, rates as percents. */
export const FORMATS = {
  roubles: '#,##0.00;[Red]\\-#,##0.00;0.00',
  millions: '#,##0.0;[Red]\\-#,##0.0;0.0',
  percent: '0.00%',
  factor: '0.000000',
  decimal: '#,##0.####',
  integer: '0',
  text: '@',
} as const;

export type FormatName = keyof typeof FORMATS;

/** Set on every bold cell too: a cell's own font replaces the default one as a whole. */
export const SHEET_FONT = { name: 'Calibri', size: 11 } as const;

const HEADER: CellStyle = {
  font: { ...SHEET_FONT, bold: true, color: { rgb: 'FFFFFF' } },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: '1F4E79' } },
  alignment: { wrapText: true, vertical: 'center', horizontal: 'center' },
};
const INPUT_FILL: CellStyle['fill'] = { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'FFF7D6' } };
const HEADER_HEIGHT = 32;
const TOTAL_BORDER: CellStyle['border'] = { top: { style: 'thin' } };

/** Column letters of a zero-based index. */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnName(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}

/** A1 reference of zero-based coordinates; `$` marks as in spreadsheets. */
export function cellName(row: number, column: number, lock: '' | 'row' | 'column' | 'both' = ''): string {
  const dollar = (on: boolean) => (on ? '$' : '');
  return `${dollar(lock === 'column' || lock === 'both')}${columnName(column)}${dollar(lock === 'row' || lock === 'both')}${row + 1}`;
}

interface CellOptions {
  bold?: boolean;
  /** A cell the reader may change. */
  input?: boolean;
  total?: boolean;
}

/** Collects the cells of one sheet; rows and columns are zero-based. */
export class SheetBuilder {
  private readonly cells = new Map<string, Partial<Cell>>();
  private readonly rows: CellValue[][] = [];
  private readonly rowDefs = new Map<number, RowDef>();

  constructor(
    readonly name: string,
    private readonly widths: readonly number[],
  ) {}

  text(row: number, column: number, text: string, options: CellOptions = {}): void {
    this.put(row, column, text, options.bold ? { style: { font: { ...SHEET_FONT, bold: true } } } : {});
  }

  header(row: number, column: number, labels: readonly string[]): void {
    this.rowDefs.set(row, { height: HEADER_HEIGHT });
    labels.forEach((label, i) => {
      this.put(row, column + i, label, { style: HEADER });
    });
  }

  value(row: number, column: number, value: number, format: FormatName, options: CellOptions = {}): void {
    this.put(row, column, value, { style: this.style(format, options) });
  }

  /** A live formula (without `=`) and the value shown by programs that do not calculate. */
  formula(
    row: number,
    column: number,
    formula: string,
    cached: number | string,
    format: FormatName,
    options: CellOptions = {},
  ): void {
    this.put(row, column, null, { formula, formulaResult: cached, style: this.style(format, options) });
  }

  build({ freezePane, pageSetup }: { freezePane?: WriteSheet['freezePane']; pageSetup?: PageSetup } = {}): WriteSheet {
    return {
      name: this.name,
      rows: this.rows,
      cells: this.cells,
      rowDefs: this.rowDefs,
      columns: this.widths.map((width) => ({ width })),
      pageSetup: {
        orientation: 'landscape',
        paperSize: 'a4',
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
        ...pageSetup,
      },
      ...(freezePane ? { freezePane } : {}),
    };
  }

  private style(format: FormatName, { bold, input, total }: CellOptions): CellStyle {
    return {
      numFmt: FORMATS[format],
      ...(bold || total ? { font: { ...SHEET_FONT, bold: true } } : {}),
      ...(input ? { fill: INPUT_FILL } : {}),
      ...(total ? { border: TOTAL_BORDER } : {}),
    };
  }

  private put(row: number, column: number, value: CellValue, cell: Partial<Cell>): void {
    while (this.rows.length <= row) this.rows.push([]);
    const cells = this.rows[row]!;
    while (cells.length <= column) cells.push(null);
    cells[column] = value;
    this.cells.set(`${row},${column}`, cell);
  }
}
