import { inspectFile, MAX_CLIENT_FILE, safeFileName } from '#libs/channels';
import type { AttachmentRef } from '#libs/chats';
import { ManagerFileError, type ManagerFiles } from '#libs/crm';
import { type FileStore, safeName } from '#libs/platform';
import { ImageRefusal, receivedPicture } from '#libs/vision/intake';

const DOWNLOAD_MS = 60_000;

/** What a client may be given though its bytes have no signature: the type managers' voice and text files come with. */
const UNSIGNED: Record<string, { contentType: string; extension: string }> = {
  voice: { contentType: 'audio/ogg', extension: 'ogg' },
  audio: { contentType: 'audio/mpeg', extension: 'mp3' },
};
const OTHER = { contentType: 'application/octet-stream', extension: 'bin' };

/**
 * Copies managers' files into our store. The address comes from outside, so only amoCRM's own hosts are asked: the
 * configured ones as they are configured, others over https; no redirects, bounded size and time. Pictures go by the rules of
 * clients' pictures: what is no sound picture is refused, and of the others a clean copy is kept.
 */
export class DownloadedManagerFiles implements ManagerFiles {
  private readonly origins: ReadonlySet<string>;

  constructor(
    private readonly files: FileStore,
    /** Base addresses of the account and the chat service. */
    baseUrls: readonly string[],
    /** Domains whose hosts may be asked over https. */
    private readonly domains: readonly string[] = ['amocrm.ru', 'amocrm.com', 'kommo.com'],
  ) {
    this.origins = new Set(baseUrls.map((url) => new URL(url).origin));
  }

  /** Throws ManagerFileError when it is pointless to retry, any other error when it is not. */
  async fetch(file: { url: string; name: string | null; type: string }): Promise<AttachmentRef> {
    const url = this.allowed(file.url);
    const bytes = await this.download(url);
    // The client must not learn where and with whose telephone a manager's picture was taken. The refusal's own words ask the
    // sender for another file, and these are read by the client.
    const picture = await receivedPicture(bytes).catch((error: unknown) => {
      throw error instanceof ImageRefusal ? new ManagerFileError('изображение повреждено или не принимается') : error;
    });
    const inspected = picture ?? (await inspectFile(bytes));
    const { contentType, extension } = inspected ?? UNSIGNED[file.type] ?? OTHER;
    const given = file.name ?? url.pathname.split('/').at(-1) ?? 'file';
    const stored = await this.files.put(picture?.bytes ?? bytes, {
      name: inspected
        ? safeFileName(given, extension)
        : safeName(given.includes('.') ? given : `${given}.${extension}`),
      contentType,
      limit: MAX_CLIENT_FILE,
    });
    return { fileId: stored.fileId, name: stored.name, contentType: stored.contentType, size: stored.size };
  }

  private allowed(address: string): URL {
    const url = URL.canParse(address) ? new URL(address) : null;
    const isKnown =
      url !== null &&
      url.username === '' &&
      url.password === '' &&
      (this.origins.has(url.origin) ||
        (url.protocol === 'https:' &&
          url.port === '' &&
          this.domains.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`))));
    if (!url || !isKnown) throw new ManagerFileError('адрес файла не из amoCRM');
    return url;
  }

  /** Throws ManagerFileError when it is pointless to retry, any other error when it is not. */
  private async download(url: URL): Promise<Buffer> {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (response.status === 404 || response.status === 410) throw new ManagerFileError('файла больше нет');
    if (!response.ok) throw new Error(`a manager's file could not be downloaded (HTTP ${response.status})`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_CLIENT_FILE) throw new ManagerFileError('файл больше 20 МБ');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}
