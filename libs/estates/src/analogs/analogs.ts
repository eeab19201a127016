import type { Catalogue } from '../catalogue/catalogue.js';
import { distanceMeters, type Point } from '../geo.js';
import { StationDirectory } from '../stations/station-directory.js';
import type { Estate, Lot, LotHit } from '../types.js';
import { type AnalogRequest, type AnalogSubject, checkedAnalogRequest, lotDistance } from './analog-request.js';
import type { AnalogSnapshot } from './analog-snapshot.js';
import { partitionOf } from './lot-columns.js';

/** One analog; `lot` is the lot with its building. `distanceMeters` is null when the subject has no location. */
export interface AnalogItem {
  lotId: string;
  estateId: string;
  score: number;
  distanceMeters: number | null;
  /** In Russian, for the client. */
  same: string[];
  differs: string[];
  lot: Lot & { estate: Omit<Estate, 'lots'>; total: number };
}

export interface AnalogResult {
  items: AnalogItem[];
  /** Lots that pass the hard filters. */
  total: number;
  snapshotVersion: string;
}

/** What an analog search reads. */
export interface AnalogSources {
  catalogue: Pick<Catalogue, 'stations' | 'lots'>;
  snapshot: AnalogSnapshot;
}

const FIT_OUT = { shell: 'без отделки', partial: 'частичная отделка', ready: 'готовая отделка' } as const;
const decimals = new Intl.NumberFormat('ru-RU', { maximumFractionDigits: 1 });
const floorName = (floor: number) => (floor < 1 ? 'ниже первого этажа' : `${floor}-й этаж`);

/** Sorts the features the subject states into alike and different, each as a short Russian phrase. */
function compare(subject: AnalogSubject, { lot, estate }: LotHit, distance: number | null) {
  const same: string[] = [];
  const differs: string[] = [];
  const note = (alike: boolean, likeness: string, difference: string) =>
    alike ? same.push(likeness) : differs.push(difference);
  if (distance !== null) {
    const text = distance < 1_000 ? `${Math.round(distance)} м` : `${decimals.format(distance / 1_000)} км`;
    note(distance <= 1_000, `рядом: ${text}`, `дальше: ${text}`);
  }
  const areaPercent = Math.round((lot.area / subject.area - 1) * 100);
  note(
    Math.abs(areaPercent) <= 10,
    `площадь близкая: ${decimals.format(lot.area)} м²`,
    `площадь ${areaPercent > 0 ? 'больше' : 'меньше'} на ${Math.abs(areaPercent)} %: ${decimals.format(lot.area)} м²`,
  );
  if (subject.class !== undefined) {
    note(
      estate.class === subject.class,
      `тот же класс ${estate.class}`,
      `класс ${estate.class}, а не ${subject.class}`,
    );
  }
  const walk = estate.metro.length > 0 ? Math.min(...estate.metro.map(({ walkMeters }) => walkMeters)) : null;
  if (subject.walkMeters !== undefined) {
    if (walk === null) differs.push('нет данных о пути до метро');
    else {
      const change = walk - subject.walkMeters;
      note(
        Math.abs(change) <= 200,
        `столько же до метро: ${walk} м`,
        `до метро ${change > 0 ? 'дальше' : 'ближе'} на ${Math.round(Math.abs(change))} м`,
      );
    }
  }
  if (subject.floor !== undefined) {
    note(lot.floor === subject.floor, `тот же этаж: ${floorName(lot.floor)}`, floorName(lot.floor));
  }
  if (subject.fitOut !== undefined) {
    note(lot.fitOut === subject.fitOut, `такая же отделка: ${FIT_OUT[lot.fitOut]}`, FIT_OUT[lot.fitOut]);
  }
  if (subject.readiness !== undefined) {
    const text = estate.readiness === 'ready' ? 'готовое здание' : `ввод ${estate.readiness}`;
    note(estate.readiness === subject.readiness, text, text);
  }
  if (subject.pricePerM2 !== undefined) {
    const percent = Math.round((lot.price / subject.pricePerM2 - 1) * 100);
    note(
      Math.abs(percent) <= 10,
      'цена за м² близкая',
      `цена за м² ${percent > 0 ? 'выше' : 'ниже'} на ${Math.abs(percent)} %`,
    );
  }
  return { same, differs };
}

/** The k best analogs, exact and reproducible within a snapshot version. Throws UnknownStationError and `INVALID_REQUEST`. */
export async function runAnalogs({ catalogue, snapshot }: AnalogSources, input: AnalogRequest): Promise<AnalogResult> {
  const request = checkedAnalogRequest(input);
  const stations = new StationDirectory(request.subject.station === undefined ? [] : await catalogue.stations());
  const distance = lotDistance(request, snapshot, stations);
  const partition = partitionOf(request.deal, request.kind);
  const { rows } = snapshot.nearest(partition, distance, request.k);
  const total = snapshot.count(partition, distance);
  const snapshotVersion = snapshot.version;
  const scores = new Map(rows.map(({ rows: columns, row, score }) => [columns.id(row), score]));
  const { subject } = request;
  const point: Point | null =
    subject.lat !== undefined && subject.lon !== undefined
      ? { lat: subject.lat, lon: subject.lon }
      : subject.station !== undefined
        ? stations.one(subject.station)
        : null;
  const hits = await catalogue.lots([...scores.keys()]);
  const items = hits.map((hit) => {
    const meters = point && distanceMeters(point, hit.estate);
    return {
      lotId: hit.lot.id,
      estateId: hit.estate.id,
      score: scores.get(hit.lot.id)!,
      distanceMeters: meters === null ? null : Math.round(meters),
      ...compare(subject, hit, meters),
      lot: { ...hit.lot, estate: hit.estate, total: hit.total },
    };
  });
  return { items, total, snapshotVersion };
}
