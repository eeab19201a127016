import type { OpenAPIObject } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Exclude<Schemas[string], { $ref: string }>;

/** A rule of class-validator as a keyword of the document; rules that have none are left out. */
function keywordsOf(rule: string, [first]: readonly unknown[]): Partial<Schema> {
  switch (rule) {
    case 'min':
      return { minimum: Number(first) };
    case 'max':
      return { maximum: Number(first) };
    case 'isPositive':
      return { minimum: 0, exclusiveMinimum: true };
    case 'isInt':
      return { type: 'integer' };
    case 'minLength':
      return { minLength: Number(first) };
    case 'maxLength':
      return { maxLength: Number(first) };
    case 'matches':
      return first instanceof RegExp ? { pattern: first.source } : {};
    case 'arrayNotEmpty':
      return { minItems: 1 };
    case 'arrayMaxSize':
      return { maxItems: Number(first) };
    case 'arrayUnique':
      return { uniqueItems: true };
    default:
      return {};
  }
}

/**
 * Adds to the document what validation demands of bodies, so that both come from one place: bounds, patterns, sizes.
 * What a decorator of the document says itself stays.
 */
export function describeValidation(schemas: Schemas): void {
  const storage = getMetadataStorage();
  // The storage has no public list of its classes.
  const { validationMetadatas } = storage as unknown as { validationMetadatas: Map<() => void, unknown> };
  for (const target of validationMetadatas.keys()) {
    const properties = propertiesOf(schemas[target.name]);
    if (!properties) continue;
    const rules = storage.getTargetValidationMetadatas(target, '', false, false);
    allowNulls(rules, properties);
    for (const { name, propertyName, constraints, each } of rules) {
      const property = properties[propertyName];
      if (name === undefined || !property || '$ref' in property) continue;
      const described = each ? property.items : property;
      if (!described || '$ref' in described) continue;
      const { type, ...keywords } = keywordsOf(name, constraints ?? []);
      if (type) described.type = type;
      Object.assign(described, { ...keywords, ...described });
    }
  }
}

/** What may be absent may be null as well (platform's validation drops it). */
function allowNulls(
  rules: readonly { type: string; propertyName: string }[],
  properties: NonNullable<Schema['properties']>,
): void {
  for (const { type, propertyName } of rules) {
    const property = properties[propertyName];
    if (type !== 'conditionalValidation' || !property) continue;
    if ('$ref' in property) properties[propertyName] = { allOf: [property], nullable: true };
    else property.nullable = true;
  }
}

function propertiesOf(schema: Schemas[string] | undefined): Schema['properties'] {
  return schema && !('$ref' in schema) ? schema.properties : undefined;
}
