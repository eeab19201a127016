-- Results of steps over pictures, by what they depend on: a picture seen again is not computed again. Values may hold text read
-- from pictures: they are removed when they have not been used for a while, and with the picture they belong to.
create table vision_steps (
  -- sha256 of the bytes : step : model and version : settings.
  key text primary key,
  value jsonb not null,
  kept_at timestamptz not null default now()
);
create index vision_steps_by_age on vision_steps (kept_at);
