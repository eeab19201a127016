import type pg from 'pg';

/** Rows of one table that are a client's: the condition takes the chat's id as $1 and its needles as $2. */
export interface PersonalRows {
  table: string;
  where: string;
}

/** Values that stand for the client in tables of other shapes. */
export interface Subject {
  chatId: string;
  /** Ids of the client at providers and of the chat at partners: they occur in what was received from them. */
  needles: string[];
}

/** Columns that name a chat, or a row of its outbox, wherever they occur: a table added later is covered by its column. */
const CHAT_COLUMNS: Record<string, (column: string, type: string) => string> = {
  chat_id: (column, type) => (type === 'bigint' ? `${column}::text = any($2)` : `${column} = $1`),
  thread_id: (column) => `${column} = $1`,
  outbox_id: (column) => `starts_with(${column}, $1 || ':')`,
};

/** Tables whose rows name the client inside a document, with how to find them. */
const DOCUMENT_TABLES: readonly PersonalRows[] = [
  { table: 'webhook_deliveries', where: `lane = $1 or ref->>'chatId' = $1` },
  {
    table: 'idempotent_requests',
    where: `answer->>'chatId' = any($2) and $1 like 'rest:%' and strpos(owner, split_part($1, ':', 2)) > 0`,
  },
  {
    table: 'crm_inbox',
    where: `exists (select from unnest($2::text[]) needle where strpos(body::text, to_json(needle)::text) > 0)`,
  },
  { table: 'uploads', where: `owner = $1` },
];

/** Where rows of a chat may be, in this database as it is now. `chats` itself comes last. */
export async function personalTables(database: pg.Pool | pg.PoolClient): Promise<PersonalRows[]> {
  const { rows } = await database.query<{ table: string; columns: Record<string, string> }>(
    `select c.table_name as table, json_object_agg(c.column_name, c.data_type) as columns
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
     group by 1 order by 1`,
  );
  const present = new Set(rows.map(({ table }) => table));
  const found = rows.flatMap(({ table, columns }) => {
    const conditions = Object.entries(CHAT_COLUMNS).flatMap(([column, where]) => {
      const type = columns[column];
      return type === undefined ? [] : [where(column, type)];
    });
    return conditions.length > 0 ? [{ table, where: conditions.join(' or ') }] : [];
  });
  return [...found, ...DOCUMENT_TABLES.filter(({ table }) => present.has(table)), { table: 'chats', where: 'id = $1' }];
}

/** Columns of all schemas but the server's own whose text could hold something said. */
const TEXT_COLUMNS = `select table_schema as schema, table_name as table, column_name as column
  from information_schema.columns join information_schema.tables using (table_schema, table_name)
  where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
    and (data_type in ('text', 'json', 'jsonb', 'character varying', 'ARRAY'))
  order by 1, 2, 3`;

/** Places (`table.column`) where any of the words still stands: the proof of an erasure. Reads every table. */
export async function findWords(pool: pg.Pool, words: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ schema: string; table: string; column: string }>(TEXT_COLUMNS);
  const places: string[] = [];
  for (const { schema, table, column } of rows) {
    const value = `"${column}"::text`;
    const found = await pool.query(
      `select from "${schema}"."${table}" where exists (select from unnest($1::text[]) word where strpos(${value}, word) > 0) limit 1`,
      [words],
    );
    if (found.rowCount) places.push(`${schema === 'public' ? '' : `${schema}.`}${table}.${column}`);
  }
  return places;
}
