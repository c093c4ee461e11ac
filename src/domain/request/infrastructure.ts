import { type Catalog, placeOf, unknownEnvironment } from './catalog.ts';
import { readOptions, refPattern } from './deploy.ts';
import { quote, type Read, refuse, tooMuch, usage, type Words } from './words.ts';

/** Stands where a service would; no service may bear this name. */
export const infrastructureWord = 'infrastructure';

export interface InfrastructureRequest {
  readonly environment: string;
  /** All of the environment: what they run on is changed. */
  readonly services: readonly string[];
  readonly ref: string;
  /** What was applied well before, instead of the ref. */
  readonly back?: true;
}

/** `<environment> [ref:…]`, behind `/deploy infrastructure`. */
export function readInfrastructure(words: Words, catalog: Catalog): Read<InfrastructureRequest> {
  const options = readOptions(words.options, ['ref']);
  if (options.kind === 'refused') return options;
  const { ref } = options.value;
  if (ref !== undefined && !refPattern.test(ref))
    return refuse({ code: 'BAD_REF', summary: `${quote(ref)} is not a ref.` });
  return readPlace(words.names, ref, catalog);
}

/** `<environment>`, behind `/rollback infrastructure`. */
export function readInfrastructureBack(
  { names }: Pick<Words, 'names'>,
  catalog: Catalog,
): Read<InfrastructureRequest> {
  const read = readPlace(names, undefined, catalog);
  return read.kind === 'refused' ? read : { kind: 'read', value: { ...read.value, back: true } };
}

function readPlace(
  [environment, extra]: readonly string[],
  ref: string | undefined,
  catalog: Catalog,
): Read<InfrastructureRequest> {
  if (environment === undefined)
    return refuse(usage('Infrastructure is that of an environment; I read none.'));
  if (extra !== undefined) return refuse(tooMuch(extra));
  const place = placeOf(environment, catalog);
  const unknown = unknownEnvironment(environment, catalog);
  if (place === undefined) return refuse(unknown ?? tooMuch(environment));
  if (place.infrastructure === undefined)
    return refuse({
      code: 'NO_INFRASTRUCTURE',
      summary: `There is no infrastructure configured for ${environment}.`,
    });
  return { kind: 'read', value: { environment, services: place.services, ref: ref ?? place.ref } };
}
