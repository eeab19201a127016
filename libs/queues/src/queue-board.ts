import { createHash, timingSafeEqual } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Problem } from '#libs/platform';

/** Where operators look at the queues. */
export const QUEUE_BOARD_PATH = '/operator/queues';

/** The part of an application that mounting needs: Nest's and Express's both have it. */
interface Mountable {
  use(path: string, ...handlers: RequestHandler[]): unknown;
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The password of HTTP Basic authentication, whatever the user's name; null when there is none. */
function passwordOf(request: Request): string | null {
  const [scheme, encoded] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || !encoded) return null;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

/**
 * Lets only operators in: HTTP Basic with any name and the operator key as password. A browser sends that on every request,
 * also on those another site makes it send; so what changes anything must come from the board's own page.
 */
function requireOperator(operatorKey: string): RequestHandler {
  const expected = digest(operatorKey);
  return (request: Request, response: Response, next: NextFunction) => {
    const password = passwordOf(request);
    if (password === null || !timingSafeEqual(digest(password), expected)) {
      response.setHeader('WWW-Authenticate', 'Basic realm="WeWall AI operators", charset="UTF-8"');
      next(new Problem(401, 'UNAUTHORIZED', 'The operator key is needed'));
      return;
    }
    const site = request.headers['sec-fetch-site'];
    if (request.method !== 'GET' && request.method !== 'HEAD' && site !== undefined && site !== 'same-origin') {
      next(new Problem(403, 'FORBIDDEN', 'Only the board itself may change queues'));
      return;
    }
    response.setHeader('Cache-Control', 'no-store');
    next();
  };
}

/**
 * Mounts Bull Board over the queues at /operator/queues; call before the application listens. Without an operator key there
 * is no board and its code (seconds to load) stays on disk: resolves to false.
 */
export async function mountQueueBoard(
  app: Mountable,
  queues: readonly Queue[],
  operatorKey: string | undefined,
): Promise<boolean> {
  if (!operatorKey) return false;
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/express'),
  ]);
  const adapter = new ExpressAdapter();
  adapter.setBasePath(QUEUE_BOARD_PATH);
  createBullBoard({
    // Jobs are put in by chats and partners only; operators look, retry and remove.
    queues: queues.map((queue) => new BullMQAdapter(queue, { allowRetries: true })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'WeWall AI' } },
  });
  app.use(QUEUE_BOARD_PATH, requireOperator(operatorKey), adapter.getRouter() as RequestHandler);
  return true;
}
