import type { NextFunction, Request, Response } from 'express';
import { problemOf } from './problem.filter.js';
import { Problem } from './problem.js';

/** Deepest nesting of a JSON body; the deepest of ours has 6 levels. */
const DEPTH_LIMIT = 32;

/** Whether `value` nests deeper than `limit`; level by level, so that the check itself cannot overflow the stack. */
function deeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (item && typeof item === 'object') for (const part of Object.values(item)) next.push(part);
    }
    level = next;
  }
  return false;
}

/** Refuses bodies nested deeper than anything of ours, before validation walks them. */
export function refuseDeepBodies(request: Request, _response: Response, next: NextFunction): void {
  if (deeperThan(request.body, DEPTH_LIMIT)) {
    next(
      new Problem(400, 'BODY_TOO_DEEP', 'The body is nested too deep', { detail: `At most ${DEPTH_LIMIT} levels.` }),
    );
  } else next();
}

/** Names what the body parsers refused, before Nest rewrites a SyntaxError into an exception without its kind. */
export function nameBodyErrors(error: unknown, _request: Request, _response: Response, next: NextFunction): void {
  next(problemOf(error));
}
