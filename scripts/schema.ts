import { writeFileSync } from 'node:fs';
import { jsonSchema } from '../src/config/index.ts';

/** Writes slipway.schema.json, which gives editors help for slipway.yaml. */
writeFileSync(
  new URL('../slipway.schema.json', import.meta.url),
  `${JSON.stringify(jsonSchema(), null, 2)}\n`,
);
