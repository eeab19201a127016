-- Where a document came from: 'demo' gives way to 'imported' and never comes back by itself.
alter table knowledge_documents add column origin text not null default 'demo';
