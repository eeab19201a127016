-- Who may ask amoCRM now: one row a permit, shared by all processes. A permit is used again a second after its answer came.
create table crm_permits (
  key text not null,
  permit integer not null,
  free_at timestamptz not null default 'epoch',
  -- Names the holder: one whose lease ran out gives nothing back.
  token bigint not null default 0,
  primary key (key, permit)
);
