import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalogue, Estate } from '#libs/estates';
import type { Logger } from '#libs/platform';
import {
  decodeImage,
  HashIndex,
  type ImageKind,
  type PerceptualHash,
  perceptualHash,
  type SimilarEstate,
  type SimilarImage,
  type SimilarImages,
} from '#libs/vision';
import type { PhotoHash, PhotoHashRepository } from './photo-hash.repository.js';
import type { PhotoReader } from './photo-reader.js';

/** Photos of one building that are known by their looks. */
const PHOTOS_PER_ESTATE = 5;
/** How often the catalogue is asked for changes, ms. */
const CHANGES_MS = 60_000;
/** Pause after each photo that had to be opened: what clients wait for goes first, ms. */
const BREATH_MS = 15;
/** Side to which photos are decoded for hashing, as the engine does. */
const HASHED_SIDE = 800;

interface KnownEstate {
  name: string;
  lotId: string | undefined;
  photos: string[];
}

/** Buildings of the catalogue by the looks of their photos. Filled and kept up to date in the background; only ever suggests. */
export class CataloguePhotos implements SimilarImages {
  private readonly estates = new Map<string, KnownEstate>();
  private readonly hashes = new Map<string, PerceptualHash>();
  private index = new HashIndex();
  private readonly stopper = new AbortController();
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly catalogue: Pick<Catalogue, 'streamEstates' | 'cursor' | 'changes'>,
    private readonly repository: PhotoHashRepository,
    private readonly reader: PhotoReader,
    private readonly logger: Logger,
  ) {}

  /** Photos known by their looks. */
  get size(): number {
    return this.index.size;
  }

  /** Begins in the background: the first look takes as long as photos have to be opened. A failure is logged and tried again with the next look for changes. */
  start(): void {
    this.work = this.run();
  }

  async stop(): Promise<void> {
    this.stopper.abort();
    await this.work;
  }

  async find(hash: PerceptualHash, kind: ImageKind | 'unknown'): Promise<SimilarImage[]> {
    return this.index.find(hash, kind);
  }

  /** What a client is told of similar buildings, nearest first, each once. */
  suggestions(similar: readonly SimilarImage[]): SimilarEstate[] {
    const told = new Map<string, SimilarEstate>();
    for (const { source, certainty } of similar) {
      if (!('estateId' in source) || told.has(source.estateId)) continue;
      const estate = this.estates.get(source.estateId);
      if (!estate) continue;
      const { name, lotId } = estate;
      told.set(source.estateId, { estateId: source.estateId, name, certainty, ...(lotId !== undefined && { lotId }) });
    }
    return [...told.values()];
  }

  private async run(): Promise<void> {
    const { signal } = this.stopper;
    let cursor: string | null = null;
    while (!signal.aborted) {
      try {
        cursor = cursor === null ? await this.takeAll() : await this.takeChanges(cursor);
      } catch (error) {
        if (!signal.aborted) this.logger.warn({ err: error }, 'photos of the catalogue are not all known');
      }
      await sleep(CHANGES_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Returns the cursor to ask for changes with. */
  private async takeAll(): Promise<string> {
    const cursor = await this.catalogue.cursor();
    for await (const estates of this.catalogue.streamEstates({ batchSize: 200 })) await this.take(estates);
    this.rebuild();
    this.logger.info({ photos: this.size }, 'photos of the catalogue are known by their looks');
    return cursor;
  }

  private async takeChanges(since: string): Promise<string> {
    const { estates, cursor } = await this.catalogue.changes(since);
    if (estates.length > 0) {
      await this.take(estates);
      this.rebuild();
    }
    return cursor;
  }

  private async take(estates: readonly Estate[]): Promise<void> {
    const pictured = estates.filter(({ photos }) => photos.length > 0);
    for (const { id } of estates) this.estates.delete(id);
    const photos = pictured.flatMap((estate) => estate.photos.slice(0, PHOTOS_PER_ESTATE));
    const known = photos.length > 0 ? await this.repository.find(photos) : new Map<string, PhotoHash>();
    for (const estate of pictured) {
      const own = estate.photos.slice(0, PHOTOS_PER_ESTATE);
      for (const photo of own) {
        this.stopper.signal.throwIfAborted();
        const { hash } = known.get(photo) ?? (await this.look(photo));
        if (hash) this.hashes.set(photo, hash);
      }
      const lotId = estate.lots.find(({ status }) => status === 'available')?.id;
      this.estates.set(estate.id, { name: estate.name, lotId, photos: own });
    }
  }

  /** Opens a photo not seen before and keeps what it looks like. */
  private async look(photo: string): Promise<PhotoHash> {
    let found: PhotoHash;
    try {
      found = {
        hash: await perceptualHash(await decodeImage(await this.reader.read(photo), HASHED_SIDE)),
        problem: null,
      };
    } catch (error) {
      found = { hash: null, problem: error instanceof Error ? error.name : 'unknown' };
      this.logger.debug({ photo, reason: found.problem }, 'a photo of the catalogue cannot be had');
    }
    await this.repository.save(photo, found);
    await sleep(BREATH_MS);
    return found;
  }

  private rebuild(): void {
    const images = [...this.estates].flatMap(([estateId, { photos }]) =>
      photos.flatMap((photo) => {
        const hash = this.hashes.get(photo);
        return hash ? [{ source: { estateId }, hash }] : [];
      }),
    );
    this.index = new HashIndex(images);
  }
}
