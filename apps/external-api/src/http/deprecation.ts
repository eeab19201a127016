import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Observable } from 'rxjs';

/** When an operation was deprecated, when it stops working at the earliest, and where to read what replaces it. */
export interface Deprecation {
  /** ISO dates. */
  since: string;
  sunset: string;
  link: string;
}

const DEPRECATION = 'http:deprecation';
/** Where the document says until when a deprecated operation works at least. */
export const SUNSET_EXTENSION = 'x-sunset';

/** Headers of a deprecated operation: RFC 9745 (`Deprecation`), RFC 8594 (`Sunset`) and where to read on. */
export function deprecationHeaders({ since, sunset, link }: Deprecation): Record<string, string> {
  return {
    Deprecation: `@${Math.floor(Date.parse(since) / 1_000)}`,
    Sunset: new Date(sunset).toUTCString(),
    Link: `<${link}>; rel="deprecation"; type="text/html"`,
  };
}

@Injectable()
class DeprecationInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const deprecation = this.reflector.get<Deprecation>(DEPRECATION, context.getHandler());
    context.switchToHttp().getResponse<Response>().set(deprecationHeaders(deprecation));
    return next.handle();
  }
}

/** Marks an operation as deprecated, in its answers and in the document. The policy stands in docs/api.md. */
export function Deprecated(deprecation: Deprecation) {
  return applyDecorators(
    SetMetadata(DEPRECATION, deprecation),
    UseInterceptors(DeprecationInterceptor),
    // The document’s `deprecated: true` follows from it (openapi.ts).
    ApiExtension(SUNSET_EXTENSION, deprecation.sunset),
  );
}
