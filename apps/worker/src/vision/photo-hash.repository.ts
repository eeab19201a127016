import type pg from 'pg';
import type { PerceptualHash } from '#libs/vision';

/** What is known of a photo of the catalogue. */
export interface PhotoHash {
  /** Null: nothing to be told by, or it could not be had. */
  hash: PerceptualHash | null;
  /** Why it could not be had. */
  problem: string | null;
}

/** A photo that could not be had is tried again after this. */
const RETRY = '1 day';

/** Rows of `catalogue_photo_hashes`. */
export class PhotoHashRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** What is known of these photos; failures too old to count are left out. */
  async find(photos: readonly string[]): Promise<Map<string, PhotoHash>> {
    const { rows } = await this.pool.query<{
      photo: string;
      phash: string | null;
      dhash: string | null;
      problem: string | null;
    }>(
      `select photo, phash, dhash, problem from catalogue_photo_hashes
       where photo = any($1) and (problem is null or hashed_at > now() - interval '${RETRY}')`,
      [photos],
    );
    return new Map(
      rows.map(({ photo, phash, dhash, problem }) => [
        photo,
        { hash: phash !== null && dhash !== null ? { phash, dhash } : null, problem },
      ]),
    );
  }

  async save(photo: string, { hash, problem }: PhotoHash): Promise<void> {
    await this.pool.query(
      `insert into catalogue_photo_hashes (photo, phash, dhash, problem) values ($1, $2, $3, $4)
       on conflict (photo) do update
         set phash = excluded.phash, dhash = excluded.dhash, problem = excluded.problem, hashed_at = now()`,
      [photo, hash?.phash ?? null, hash?.dhash ?? null, problem],
    );
  }
}
