import type pg from 'pg';
import type { TakenLot } from '../catalogue/catalogue-store.js';

/** Lots from which a first load drops the indexes and builds them once at its end. */
const BULK_LOTS = 50_000;
/** … when at most one lot is stored for so many that come: searches wait for the indexes until the import commits. */
const BULK_RATIO = 10;

const ESTATE_FACTS = [
  ...[
    'name',
    'address',
    'lat',
    'lon',
    'district',
    'kind',
    'class',
    'readiness',
    'floors',
    'metro',
    'photos',
    'updated_at',
  ],
];
const LOT_FACTS = [
  ...['estate_id', 'position', 'deal', 'area', 'price', 'vat_included', 'floor', 'fit_out', 'layout', 'available_from'],
  ...['monthly_rent', 'description', 'status', 'kind', 'district', 'class', 'readiness_order', 'station_keys'],
];

/** Copies of the incoming rows, seen by this transaction only and never logged. */
export const STAGED_ESTATES = `create temp table staged_estates on commit drop as
  select 0 as line, id, ${ESTATE_FACTS.join(', ')} from estates with no data`;
export const STAGED_LOTS = `create temp table staged_lots on commit drop as
  select 0 as line, id, ${LOT_FACTS.join(', ')} from lots with no data`;

const list = (columns: readonly string[], table?: string) =>
  columns.map((column) => (table ? `${table}.${column}` : column)).join(', ');
const assignments = (columns: readonly string[]) =>
  columns.map((column) => `${column} = excluded.${column}`).join(', ');
const differs = (columns: readonly string[], stored: string, incoming: string) =>
  `(${list(columns, stored)}) is distinct from (${list(columns, incoming)})`;

interface Definition {
  name: string;
  definition: string;
}

/** Indexes and foreign keys of the catalogue as the database describes them; primary keys stay, the merge needs them. */
async function droppable(client: pg.ClientBase): Promise<{ indexes: Definition[]; references: Definition[] }> {
  const { rows: indexes } = await client.query<Definition>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid in ('estates'::regclass, 'lots'::regclass)
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  const { rows: references } = await client.query<Definition>(
    `select quote_ident(conname) as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = 'lots'::regclass and contype = 'f'`,
  );
  return { indexes, references };
}

/** Runs the work without secondary indexes and references, and builds them again over all rows at once. */
async function withoutIndexes(client: pg.ClientBase, work: () => Promise<void>): Promise<void> {
  const { indexes, references } = await droppable(client);
  for (const { name } of references) await client.query(`alter table lots drop constraint ${name}`);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await work();
  for (const { definition } of indexes) await client.query(definition);
  for (const { name, definition } of references) {
    await client.query(`alter table lots add constraint ${name} ${definition}`);
  }
}

async function isFirstLoad(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ first: boolean }>(
    `with incoming as (select count(*) as lots from staged_lots)
     select incoming.lots >= $1 and
       (select count(*) from (select from lots limit incoming.lots / $2 + 1) as stored) <= incoming.lots / $2 as first from incoming`,
    [BULK_LOTS, BULK_RATIO],
  );
  return rows[0]!.first;
}

/**
 * Writes what differs. Where indexes are kept up row by row it goes in the order of ids, so that neighbours are written
 * together; a first load keeps the order of the file and saves the sort.
 */
async function writeChanged(client: pg.ClientBase, firstLoad: boolean): Promise<void> {
  const order = firstLoad ? '' : 'order by s.id';
  await client.query(
    `insert into estates (id, ${list(ESTATE_FACTS)})
     select s.id, ${list(ESTATE_FACTS, 's')} from staged_estates s left join estates e on e.id = s.id
     where e.id is null or ${differs(ESTATE_FACTS, 'e', 's')} ${order}
     on conflict (id) do update set ${assignments(ESTATE_FACTS)}, revision = pg_current_xact_id()`,
  );
  await client.query('create temp table touched_estates (id text) on commit drop');
  await client.query(
    `with removed as (
       delete from lots l using staged_estates s
       where l.estate_id = s.id and not exists (select from staged_lots i where i.id = l.id) returning l.estate_id
     )
     insert into touched_estates select distinct estate_id from removed`,
  );
  await client.query(
    `with written as (
       insert into lots (id, ${list(LOT_FACTS)})
       select s.id, ${list(LOT_FACTS, 's')} from staged_lots s left join lots l on l.id = s.id
       where l.id is null or ${differs(LOT_FACTS, 'l', 's')} ${order}
       on conflict (id) do update set ${assignments(LOT_FACTS)} returning estate_id
     )
     insert into touched_estates select distinct estate_id from written`,
  );
  await client.query(
    `update estates e set revision = pg_current_xact_id()
     where e.id in (select id from touched_estates) and e.revision <> pg_current_xact_id()`,
  );
}

/**
 * Brings the staged buildings into the tables: set by set, whatever their number. Rows that did not change are not touched.
 * A first load builds the indexes once instead of keeping them up row by row. Returns lots that other buildings have,
 * having written nothing then.
 */
export async function mergeEstates(client: pg.ClientBase): Promise<TakenLot[]> {
  await client.query(`set local work_mem = '64MB'`);
  await client.query(`set local maintenance_work_mem = '256MB'`);
  await client.query('analyze staged_estates; analyze staged_lots');
  const { rows: taken } = await client.query<TakenLot>(
    `select s.id, l.estate_id as "estateId", s.line from staged_lots s join lots l on l.id = s.id
     where l.estate_id <> s.estate_id order by s.line, s.id limit 100`,
  );
  if (taken.length > 0) return taken;
  if (await isFirstLoad(client)) await withoutIndexes(client, () => writeChanged(client, true));
  else await writeChanged(client, false);
  return [];
}
