import { inspectFile, MAX_CLIENT_FILE, safeFileName } from '#libs/channels';
import type { AttachmentRef } from '#libs/chats';
import { derivedId, type FileStore, Problem } from '#libs/platform';
import { ImageRefusal, receivedPicture } from '#libs/vision/intake';
import type { AttachmentInput } from '../chats/chats.dto.js';
import type { RemoteFiles } from './remote-files.js';
import type { UploadRepository } from './upload.repository.js';

/** A multipart file as multer hands it over. */
export interface IncomingFile {
  originalname: string;
  buffer: Buffer;
}

/** Status of a picture that is not taken, where it is not simply unreadable. */
const PICTURE_STATUS: Partial<Record<string, number>> = {
  'image-too-large': 413,
  'image-too-many-pixels': 413,
  'image-format-unsupported': 415,
  'image-svg': 415,
};

/** Throws the refusal as a problem with a code of its own and the sentence for the sender. */
function refusePicture(error: unknown): never {
  if (!(error instanceof ImageRefusal)) throw error;
  const { code, detail } = error;
  throw new Problem(PICTURE_STATUS[code] ?? 422, code.toUpperCase().replaceAll('-', '_'), detail);
}

/** Files of clients: checked by content, stored once, attachable only by whoever uploaded them. */
export class Uploads {
  constructor(
    private readonly repository: UploadRepository,
    private readonly files: FileStore,
    private readonly remote: RemoteFiles,
  ) {}

  /** Stores an uploaded file and returns its upload id. Throws Problem when there is none or its type is not accepted. */
  async accept(owner: string, incoming: IncomingFile | undefined): Promise<string> {
    if (!incoming) throw new Problem(400, 'FILE_MISSING', 'Send the file as the multipart field "file"');
    // Multipart names are bytes; browsers send UTF-8 and multer reads Latin-1.
    const name = Buffer.from(incoming.originalname, 'latin1').toString('utf8');
    const file = await this.store(name, incoming.buffer);
    const id = derivedId('u', owner, file.fileId);
    await this.repository.insert(id, owner, file);
    return id;
  }

  /** The files a message refers to. Throws Problem for an unknown upload or an address that cannot be fetched. */
  async resolve(owner: string, inputs: readonly AttachmentInput[]): Promise<AttachmentRef[]> {
    const uploaded = await this.repository.find(
      owner,
      inputs.flatMap(({ uploadId }) => (uploadId === undefined ? [] : [uploadId])),
    );
    const files: AttachmentRef[] = [];
    for (const { uploadId, url } of inputs) {
      if ((uploadId === undefined) === (url === undefined)) {
        throw new Problem(400, 'VALIDATION_FAILED', 'An attachment is either an uploadId or a url');
      }
      if (url !== undefined) {
        const { name, bytes } = await this.remote.fetch(url);
        files.push(await this.store(name, bytes));
        continue;
      }
      const file = uploaded.get(uploadId ?? '');
      if (!file) throw new Problem(422, 'UPLOAD_NOT_FOUND', 'There is no such upload of this caller');
      files.push(file);
    }
    return files;
  }

  private async store(name: string, bytes: Buffer): Promise<AttachmentRef> {
    if (bytes.length === 0) throw new Problem(400, 'FILE_EMPTY', 'The file is empty');
    // What a camera or a phone writes into a picture (where, when, by whom) is never stored.
    const picture = await receivedPicture(bytes).catch(refusePicture);
    const file = picture ?? (await inspectFile(bytes));
    if (!file) {
      throw new Problem(
        415,
        'FILE_TYPE_NOT_ACCEPTED',
        'Accepted: JPEG, PNG, WebP, GIF, AVIF, TIFF, PDF, DOCX, XLSX, OGG, MP3, M4A, MP4',
      );
    }
    const stored = await this.files.put(picture?.bytes ?? bytes, {
      name: safeFileName(name, file.extension),
      contentType: file.contentType,
      limit: MAX_CLIENT_FILE,
    });
    return { fileId: stored.fileId, name: stored.name, contentType: stored.contentType, size: stored.size };
  }
}
