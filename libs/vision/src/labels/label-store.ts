import type pg from 'pg';

/** Questions that people's answers are kept of, and the answers there are. */
export const LABEL_SETS = {
  'fit-out': ['shell', 'partial', 'ready'],
  kind: ['photo', 'plan', 'document', 'other'],
} as const;
export type LabelSet = keyof typeof LABEL_SETS;

/** What somebody said a stored picture shows. */
export interface PictureLabel {
  fileId: string;
  set: LabelSet;
  label: string;
  author: 'client' | 'manager';
}

/** Whether the words name a set and one of its labels. */
export function isLabel(set: string, label: string): set is LabelSet {
  return Object.hasOwn(LABEL_SETS, set) && (LABEL_SETS[set as LabelSet] as readonly string[]).includes(label);
}

/** Labels of pictures in PostgreSQL: told in chats, read by `npm run vision:train`. */
export class LabelStore {
  constructor(private readonly pool: pg.Pool) {}

  /** Keeps what one effect told; the same id again changes nothing. Throws RangeError for a label that does not exist. */
  async add(id: string, labels: readonly PictureLabel[]): Promise<void> {
    for (const { set, label } of labels)
      if (!isLabel(set, label)) throw new RangeError(`no label "${label}" in "${set}"`);
    await this.pool.query(
      `insert into vision_labels (id, file_id, label_set, label, author)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) on conflict (id) do nothing`,
      [
        labels.map((_label, index) => `${id}:${index}`),
        labels.map(({ fileId }) => fileId),
        labels.map(({ set }) => set),
        labels.map(({ label }) => label),
        labels.map(({ author }) => author),
      ],
    );
  }

  /** The word that counts for each picture of a set: the newest of a manager, else the newest of a client. */
  async settled(set: LabelSet): Promise<PictureLabel[]> {
    const { rows } = await this.pool.query<PictureLabel>(
      `select distinct on (file_id) file_id as "fileId", label_set as set, label, author from vision_labels
       where label_set = $1 order by file_id, (author = 'manager') desc, told_at desc`,
      [set],
    );
    return rows;
  }
}
