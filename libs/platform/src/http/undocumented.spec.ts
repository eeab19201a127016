import { ApiExcludeController } from '@nestjs/swagger';
import { expect, it } from 'vitest';
import { Undocumented } from './undocumented.js';

@ApiExcludeController()
class Excluded {}

@Undocumented()
class Marked {}

it('marks a controller as @nestjs/swagger does', () => {
  const metadata = (target: object) =>
    Reflect.getMetadataKeys(target).map((key) => [key, Reflect.getMetadata(key, target)]);
  expect(metadata(Excluded)).not.toEqual([]);
  expect(metadata(Marked)).toEqual(metadata(Excluded));
});
