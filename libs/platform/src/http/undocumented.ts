import { SetMetadata } from '@nestjs/common';

/** Where @nestjs/swagger looks for what `ApiExcludeController` says; the spec holds the two together. */
const EXCLUDED_FROM_OPENAPI = 'swagger/apiExcludeController';

/**
 * Keeps a controller out of the OpenAPI document. Only external-api documents itself: the other processes would load
 * @nestjs/swagger (0.2 s of CPU) for this mark alone.
 */
export const Undocumented = (): ClassDecorator => SetMetadata(EXCLUDED_FROM_OPENAPI, [true]);
