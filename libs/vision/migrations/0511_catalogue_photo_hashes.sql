-- Perceptual hashes of the catalogue's photos, so that no worker opens a photo twice. Null hashes: it cannot be told apart
-- (blank), or it could not be had; then it is tried again later.
create table catalogue_photo_hashes (
  photo text primary key,
  phash text,
  dhash text,
  problem text,
  hashed_at timestamptz not null default now()
);
