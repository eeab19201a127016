-- What the model cost, one row a day (Europe/Moscow), shared by all processes.
create table llm_spend (
  day date primary key,
  kopecks bigint not null default 0,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  calls bigint not null default 0
);
