import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsInt,
  IsOptional,
  IsPositive,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { describeValidation } from './validated-schemas.js';

class SpecBase {
  @IsPositive()
  @Max(10)
  area!: number;
}

class SpecBody extends SpecBase {
  @IsOptional()
  @IsInt()
  @Min(-1)
  floor?: number;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(3)
  @Matches(/^[a-z]$/, { each: true })
  @MaxLength(5, { each: true })
  names!: string[];

  @IsOptional()
  other?: object;
}

describe('describeValidation', () => {
  it('writes what validation demands into the document, also what is inherited, and keeps what stands there', () => {
    const schema = {
      type: 'object',
      properties: {
        area: { type: 'number' },
        floor: { type: 'number', minimum: 0 },
        names: { type: 'array', items: { type: 'string' } },
        other: { $ref: '#/components/schemas/Other' },
      },
    };
    describeValidation({ [SpecBody.name]: schema, Unknown: { $ref: '#/components/schemas/SpecBody' } });
    expect(schema.properties).toEqual({
      area: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 10 },
      floor: { type: 'integer', minimum: 0, nullable: true },
      names: {
        type: 'array',
        minItems: 1,
        maxItems: 3,
        items: { type: 'string', pattern: '^[a-z]$', maxLength: 5 },
      },
      other: { allOf: [{ $ref: '#/components/schemas/Other' }], nullable: true },
    });
  });
});
