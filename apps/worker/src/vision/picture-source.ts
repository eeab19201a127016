import { buffer } from 'node:stream/consumers';
import { FILE_LIMIT, type FileStore } from '#libs/platform';
import { JobRefusal } from '#libs/queues';
import type { SourceImage } from '#libs/vision';

/** Reads stored pictures for the engine; bytes stay in this process. */
export class PictureSource {
  constructor(private readonly files: Pick<FileStore, 'open'>) {}

  /** Throws JobRefusal when there is no such file or it is too large to be a picture of a client. */
  async read(fileId: string): Promise<SourceImage> {
    const found = await this.files.open(fileId);
    if (!found) throw new JobRefusal('FILE_NOT_FOUND', 'Файл с картинкой больше не доступен.');
    if (found.file.size > FILE_LIMIT) {
      found.stream.destroy();
      throw new JobRefusal('IMAGE_TOO_LARGE', 'Картинка больше 20 МБ.');
    }
    return { fileId, bytes: await buffer(found.stream), sha256: found.file.sha256 };
  }
}
