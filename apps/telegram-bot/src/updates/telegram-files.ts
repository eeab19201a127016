import type { Api } from 'grammy';
import { inspectFile, MAX_CLIENT_FILE, safeFileName } from '#libs/channels';
import type { AttachmentRef } from '#libs/chats';
import type { FileStore } from '#libs/platform';
import { ImageRefusal, receivedPicture } from '#libs/vision/intake';
import type { RemoteFile } from './client-update.js';

const DOWNLOAD_MS = 60_000;

/** The file will not come however often it is asked for; `reason` is told to the reader of the chat. */
export class FileUnavailableError extends Error {
  constructor(
    readonly reason: 'too-big' | 'type-not-accepted' | 'gone' | 'refused',
    /** The sentence for the sender when the picture itself was refused. */
    readonly detail?: string,
  ) {
    super(`a client's file is unavailable: ${reason}`);
  }
}

/** Copies clients' files from Telegram into our store: Telegram's own addresses hold the bot's token and must not leave this class. */
export class TelegramFiles {
  constructor(
    private readonly api: Api,
    private readonly files: FileStore,
    private readonly bot: { token: string; apiRoot: string },
  ) {}

  /** Throws FileUnavailableError when it is pointless to retry, any other error when it is not. */
  async fetch(remote: RemoteFile): Promise<AttachmentRef> {
    if ((remote.size ?? 0) > MAX_CLIENT_FILE) throw new FileUnavailableError('too-big');
    const { file_path: filePath } = await this.api.getFile(remote.fileId);
    if (!filePath) throw new FileUnavailableError('gone');
    const bytes = await this.download(filePath);
    // What a camera or a phone writes into a picture (where, when, by whom) is never stored.
    const picture = await receivedPicture(bytes).catch((error: unknown) => {
      throw error instanceof ImageRefusal ? new FileUnavailableError('refused', error.detail) : error;
    });
    const file = picture ?? (await inspectFile(bytes));
    if (!file) throw new FileUnavailableError('type-not-accepted');
    const stored = await this.files.put(picture?.bytes ?? bytes, {
      name: safeFileName(remote.name, file.extension),
      contentType: file.contentType,
      limit: MAX_CLIENT_FILE,
    });
    return { fileId: stored.fileId, name: stored.name, contentType: stored.contentType, size: stored.size };
  }

  private async download(filePath: string): Promise<Buffer> {
    let response: Response;
    try {
      response = await fetch(`${this.bot.apiRoot}/file/bot${this.bot.token}/${filePath}`, {
        signal: AbortSignal.timeout(DOWNLOAD_MS),
        redirect: 'error',
      });
    } catch (error) {
      // The original error may quote the address; only its name is safe.
      throw new Error(`a file could not be downloaded (${error instanceof Error ? error.name : 'unknown'})`);
    }
    if (response.status === 404) throw new FileUnavailableError('gone');
    if (!response.ok) throw new Error(`a file could not be downloaded (HTTP ${response.status})`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_CLIENT_FILE) throw new FileUnavailableError('too-big');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}
