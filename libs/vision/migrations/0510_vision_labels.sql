-- What people said a picture shows: training data of the probes. Nothing ties a row to a chat or a person.
create table vision_labels (
  -- Derived from the effect that told it: a repeat changes nothing.
  id text primary key,
  file_id text not null,
  -- Which question it answers: `fit-out` (shell, partial, ready) or `kind` (photo, plan, document, other).
  label_set text not null,
  label text not null,
  author text not null check (author in ('client', 'manager')),
  told_at timestamptz not null default now()
);
create index vision_labels_by_set on vision_labels (label_set, file_id, told_at);
