import { Controller, Get, Inject, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { Problem } from '../http/problem.js';
import { Undocumented } from '../http/undocumented.js';
import { FileLinks } from './file-links.js';
import { FILE_STORE, type FileStore } from './files.tokens.js';

/** Types a browser may show in place; everything else is downloaded. */
const INLINE = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf']);

/** Serves stored files by signed short-lived links only. */
@Undocumented()
@Controller('files')
export class FilesController {
  constructor(
    @Inject(FILE_STORE) private readonly files: FileStore,
    private readonly links: FileLinks,
  ) {}

  @Get(':fileId')
  async download(
    @Param('fileId') fileId: string,
    @Query('exp') expires: string | undefined,
    @Query('sig') signature: string | undefined,
    @Res({ passthrough: true }) response: { set(headers: Record<string, string>): unknown },
  ): Promise<StreamableFile> {
    // One answer for a wrong signature, an old link and a missing file: nothing to probe.
    const found = this.links.verify(fileId, String(expires ?? ''), String(signature ?? ''))
      ? await this.files.open(fileId)
      : null;
    if (!found) throw new Problem(404, 'NOT_FOUND', 'The link has expired or is wrong');
    const { file, stream } = found;
    const disposition = INLINE.has(file.contentType) ? 'inline' : 'attachment';
    response.set({
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'private, max-age=300',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    return new StreamableFile(stream, {
      type: file.contentType,
      length: file.size,
      disposition: `${disposition}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
  }
}
