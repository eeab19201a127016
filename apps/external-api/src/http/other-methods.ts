import type { OpenAPIObject } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { Problem } from '#libs/platform';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Answers 405 with `Allow` where the address exists and the method does not; without it both were 404. */
export function refuseOtherMethods(describe: () => OpenAPIObject) {
  let routes: { pattern: RegExp; allow: string[] }[] | undefined;
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (!request.path.startsWith('/api/v1/') || request.method === 'OPTIONS') {
      next();
      return;
    }
    // At the first request: describing the API takes a while and not every start of a process needs it.
    routes ??= routesOf(describe());
    const matching = routes.filter(({ pattern }) => pattern.test(request.path));
    const allow = [...new Set(matching.flatMap((route) => route.allow))];
    if (matching.length === 0 || allow.includes(request.method)) next();
    else
      next(
        new Problem(405, 'METHOD_NOT_ALLOWED', 'This method is not allowed here', {
          headers: { Allow: allow.join(', ') },
        }),
      );
  };
}

function routesOf({ paths }: OpenAPIObject): { pattern: RegExp; allow: string[] }[] {
  return Object.entries(paths).map(([path, operations]) => {
    const allow = METHODS.filter((method) => operations[method]).map((method) => method.toUpperCase());
    return {
      pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
      allow: allow.includes('GET') ? [...allow, 'HEAD'] : allow,
    };
  });
}
