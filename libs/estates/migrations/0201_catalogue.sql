-- The five collections of the catalogue. Money is numeric roubles; areas are numeric m² with two decimals.
-- `revision` is the transaction that wrote the row last: readers that keep a copy ask for revisions at or after
-- the oldest transaction that was still open at their previous read, so a late commit is never missed.

create table estates (
  id text collate "C" primary key,
  name text not null,
  address text not null,
  lat double precision not null,
  lon double precision not null,
  district text not null,
  kind text not null check (kind in ('office', 'retail', 'warehouse')),
  class text not null check (class in ('A', 'B+', 'B', 'C')),
  readiness text not null,
  floors integer not null,
  metro jsonb not null,
  photos jsonb not null,
  updated_at timestamptz not null,
  revision xid8 not null default pg_current_xact_id()
);
create index estates_revision on estates (revision);

-- Columns from `district` on repeat the building's facts so that a search reads one table; only the importer writes them.
create table lots (
  id text collate "C" primary key,
  estate_id text collate "C" not null references estates (id) on delete cascade,
  position integer not null,
  deal text not null check (deal in ('rent', 'sale')),
  area numeric(12, 2) not null check (area > 0),
  price numeric(14, 2) not null check (price >= 0),
  -- Whole price in kopecks: sale — the lot; rent — a month. Rounded half up once, as src/money.ts does.
  total_kopecks bigint not null generated always as (round(price * area * 100 / (case deal when 'rent' then 12 else 1 end))::bigint) stored,
  vat_included boolean not null,
  floor integer not null,
  fit_out text not null check (fit_out in ('shell', 'partial', 'ready')),
  layout text not null,
  available_from date not null,
  monthly_rent numeric(14, 2),
  description text not null,
  status text not null check (status in ('available', 'reserved', 'withdrawn')),
  kind text not null,
  district text not null,
  class text not null,
  -- 0 = ready, else year × 4 + quarter.
  readiness_order integer not null,
  station_keys text[] not null
);
create index lots_estate on lots (estate_id);
create index lots_by_total on lots (deal, kind, total_kopecks, id) where status = 'available';
create index lots_by_area on lots (deal, kind, area) where status = 'available';
create index lots_by_district on lots (deal, kind, district, area) where status = 'available';
create index lots_by_station on lots using gin (station_keys) where status = 'available';

create table subway_stations (
  id text collate "C" primary key,
  name text not null,
  aliases jsonb not null,
  line text not null,
  lat double precision not null,
  lon double precision not null,
  price_a numeric(14, 2) not null,
  price_b numeric(14, 2) not null,
  rent_a numeric(14, 2) not null,
  rent_b numeric(14, 2) not null,
  average_cadastral_value numeric(14, 2) not null
);

create table square_coeffs (
  min_area numeric(12, 2) primary key,
  max_area numeric(12, 2),
  coefficient numeric(12, 6) not null check (coefficient > 0)
);

create table way_to_subway_coeffs (
  min_meters numeric(12, 2) primary key,
  max_meters numeric(12, 2),
  coefficient numeric(12, 6) not null check (coefficient > 0)
);

create table messages (
  key text collate "C" primary key,
  text text not null,
  buttons jsonb not null default '[]',
  updated_at timestamptz not null default now()
);
-- An edit by hand moves updated_at too, so that running processes notice it.
create function messages_touch() returns trigger language plpgsql as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end
$$;
create trigger messages_touch before insert or update on messages for each row execute function messages_touch();
