-- Documents the bot answers from, split into passages with a Russian full-text vector and, when an endpoint gives one, an embedding.
create table knowledge_documents (
  id text primary key,
  topic text not null,
  title text not null,
  source text not null,
  published date,
  checksum text not null,
  imported_at timestamptz not null default now()
);
create table knowledge_passages (
  id text primary key,
  document_id text not null references knowledge_documents (id) on delete cascade,
  position int not null,
  heading text not null,
  body text not null,
  tsv tsvector not null,
  embedding real[],
  embedding_model text
);
create index knowledge_passages_tsv on knowledge_passages using gin (tsv);
create index knowledge_passages_document on knowledge_passages (document_id);
