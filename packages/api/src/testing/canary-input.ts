import { z } from 'zod';

/** Text that must not leak anywhere. */
export const CANARY = 'canary-7f3a';

interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  format?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
}

/** Valid values by field name, for fields whose checks would refuse the canary before the procedure runs. */
export type KnownValues = Readonly<Record<string, unknown>>;

/** An input that the procedure's schema accepts, with the canary in every free text. */
export function canaryInput(schemas: readonly unknown[], known: KnownValues): unknown {
  const objects = schemas.map((schema) =>
    sampleOf(
      z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Schema,
      '',
      known,
    ),
  );
  return objects.length === 0 ? undefined : Object.assign({}, ...objects);
}

function sampleOf(schema: Schema, name: string, known: KnownValues): unknown {
  if (name in known) return known[name];
  const [choice] = schema.oneOf ?? schema.anyOf ?? [];
  if (choice) return sampleOf(choice, name, known);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, value]) => [key, sampleOf(value, key, known)]),
      );
    case 'array':
      return schema.items ? [sampleOf(schema.items, name, known)] : [];
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, (schema.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return true;
    default:
      return textOf(schema);
  }
}

function textOf({ format, minLength = 0, maxLength = 1_000 }: Schema): string {
  if (format === 'email') return `${CANARY}@example.com`;
  return `${CANARY} `.padEnd(minLength, 'x').slice(0, maxLength);
}
