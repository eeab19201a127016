import { MODEL_LABELS } from '../labels.js';
import { formatDecimal, fromRoubles, type Kopecks, toMillions } from '../money.js';
import type { FinanceModelResult } from '../result.js';
import { FONT_FAMILY } from './fonts.js';

const WIDTH = 760;
const HEIGHT = 340;
const PLOT = { left: 70, right: 744, top: 62, bottom: 292 };
const YEAR_WIDTH = 34;
const COLORS = {
  hold: '#1f4e79',
  out: '#b23a48',
  resale: '#e09f3e',
  line: '#2a9d8f',
  grid: '#d9dee5',
  text: '#26323f',
};

/** Step of 1, 2 or 5 × 10ⁿ that cuts the span into about five parts. */
function niceStep(span: number): number {
  const raw = span / 5;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / magnitude;
  return magnitude * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

const fixed = (value: number) => Number(value.toFixed(2));

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', size = 11): string {
  const place = `x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}"`;
  return `<text ${place} font-family="${FONT_FAMILY}" font-size="${size}" fill="${COLORS.text}">${escapeXml(text)}</text>`;
}

function rectangle(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" fill="${fill}"/>`;
}

/**
 * Bars of the quarterly flow of both strategies and the running total of the hold strategy, as a stand-alone SVG (760 × 340).
 * The same drawing is embedded in the PDF as vectors and rasterised for messengers.
 */
export function cashFlowChartSvg(result: FinanceModelResult): string {
  const hold = result.quarters.map((row) => fromRoubles(row.hold.flow));
  const resale =
    result.timeline.resale === null ? null : result.quarters.map((row) => fromRoubles(row.resale?.flow ?? 0));
  let running: Kopecks = 0;
  const cumulative = hold.map((flow) => {
    running += flow;
    return running;
  });
  const all = [0, ...hold, ...cumulative, ...(resale ?? [])];
  const step = niceStep(Math.max(...all) - Math.min(...all) || 100);
  const low = Math.floor(Math.min(...all) / step) * step;
  const high = Math.ceil(Math.max(...all) / step) * step;
  const y = (value: number) => PLOT.bottom - ((value - low) / (high - low)) * (PLOT.bottom - PLOT.top);
  const slot = (PLOT.right - PLOT.left) / hold.length;
  const x = (t: number) => PLOT.left + slot * t;

  const parts: string[] = [rectangle(0, 0, WIDTH, HEIGHT, '#ffffff')];
  const title = `${MODEL_LABELS[result.model]}: денежный поток по кварталам, млн ₽`;
  parts.push(label(PLOT.left, 22, title, 'start', 14));
  parts.push(...legend(resale !== null));
  for (let i = 0; low + i * step <= high + step / 2; i++) {
    const value = low + i * step;
    const line = fixed(y(value));
    parts.push(
      `<line x1="${PLOT.left}" y1="${line}" x2="${PLOT.right}" y2="${line}" stroke="${COLORS.grid}" stroke-width="1"/>`,
    );
    const decimals = step < 10_000_000 ? 3 : 1;
    const millions = decimals === 1 ? toMillions(value) : value / 1e8;
    parts.push(label(PLOT.left - 8, line + 4, formatDecimal(millions, decimals), 'end'));
  }
  const bars = resale ? 2 : 1;
  const width = (slot * 0.8) / bars;
  const bar = (t: number, i: number, flow: number, fill: string) => {
    if (flow === 0) return;
    const top = Math.min(y(flow), y(0));
    parts.push(rectangle(x(t) + slot * 0.1 + i * width, top, width, Math.max(0.5, Math.abs(y(flow) - y(0))), fill));
  };
  hold.forEach((flow, t) => {
    bar(t, 0, flow, flow < 0 ? COLORS.out : COLORS.hold);
    if (resale) bar(t, 1, resale[t]!, COLORS.resale);
  });
  const zero = fixed(y(0));
  parts.push(
    `<line x1="${PLOT.left}" y1="${zero}" x2="${PLOT.right}" y2="${zero}" stroke="${COLORS.text}" stroke-width="1"/>`,
  );
  const points = cumulative.map((value, t) => `${fixed(x(t) + slot / 2)},${fixed(y(value))}`).join(' ');
  parts.push(`<polyline points="${points}" fill="none" stroke="${COLORS.line}" stroke-width="2"/>`);
  parts.push(...yearLabels(result, x));
  const box = `width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}>${parts.join('')}</svg>`;
}

function legend(withResale: boolean): string[] {
  const entries: [string, string][] = [
    [COLORS.hold, 'Удержание: приход'],
    [COLORS.out, 'Удержание: расход'],
    [COLORS.line, 'Нарастающим итогом'],
  ];
  if (withResale) entries.push([COLORS.resale, 'Перепродажа']);
  return entries.flatMap(([color, text], i) => [
    rectangle(PLOT.left + i * 165, 36, 10, 10, color),
    label(PLOT.left + i * 165 + 15, 45, text, 'start'),
  ]);
}

/** A year under its first shown quarter, left out where it would touch the previous one. */
function yearLabels(result: FinanceModelResult, x: (t: number) => number): string[] {
  let free = Number.NEGATIVE_INFINITY;
  return result.years.flatMap(({ year }) => {
    const left = x(result.quarters.findIndex((row) => row.quarter.startsWith(String(year)))) + 2;
    if (left < free || left + YEAR_WIDTH > WIDTH) return [];
    free = left + YEAR_WIDTH;
    return [label(left, PLOT.bottom + 18, String(year), 'start')];
  });
}
