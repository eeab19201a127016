import path from 'node:path';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { DATA_FOLDER, Problem } from '#libs/platform';

const ASSETS = path.join(import.meta.dirname, 'assets');
const PHOTOS = path.join(DATA_FOLDER, 'photos');

/** Nothing but our own files runs, nothing is framed, nothing is sent elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page of the web chat and its files, all served from here. */
@ApiExcludeController()
@Controller()
export class PageController {
  @Get()
  page(@Res() response: Response): void {
    response.set({ 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'Cache-Control': 'no-cache' });
    response.sendFile('index.html', { root: ASSETS, cacheControl: false });
  }

  /** Photos beside the demo catalogue; they do not change under their names. */
  @Get('assets/photos/:file')
  photo(@Param('file') file: string, @Res() response: Response): void {
    if (!/^[\w-]{1,64}\.(?:webp|jpg|png)$/.test(file)) throw new Problem(404, 'NOT_FOUND', 'Nothing here');
    response.set('Cache-Control', 'public, max-age=86400');
    response.sendFile(file, { root: PHOTOS, cacheControl: false }, (error) => {
      if (error && !response.headersSent) response.status(404).end();
    });
  }

  @Get('assets/:file')
  asset(@Param('file') file: string, @Res() response: Response): void {
    if (!/^[a-z][a-z-]*\.(?:js|css|svg)$/.test(file)) throw new Problem(404, 'NOT_FOUND', 'Nothing here');
    // Revalidated by ETag each time: a new version is never mixed with an old one.
    response.set('Cache-Control', 'no-cache');
    response.sendFile(file, { root: ASSETS, cacheControl: false }, (error) => {
      if (error && !response.headersSent) response.status(404).end();
    });
  }
}
