import { invalidArgument } from '../errors.ts';
import type { BuildRecord } from './resources.ts';

type Test = (build: BuildRecord) => boolean;

/**
 * `tags="x"`, `tags=x`, `status="WORKING"`, `build_id="…"` and `trigger_id="…"`, joined by AND.
 * @throws RpcError INVALID_ARGUMENT for any other filter.
 */
export function parseBuildFilter(filter: string): Test {
  if (filter.trim() === '') return () => true;
  const tests = filter
    .trim()
    .split(/\s+AND\s+/)
    .map(parseTerm);
  return (build) => tests.every((test) => test(build));
}

function parseTerm(term: string): Test {
  const match = /^(tags|status|build_id|trigger_id)\s*=\s*(?:"([^"]*)"|([^\s"()]+))$/.exec(term);
  if (match === null) throw invalidArgument(`invalid list filter: "${term}"`);
  const [, field, quoted, bare] = match;
  const wanted = quoted ?? bare ?? '';
  switch (field) {
    case 'tags':
      return (build) => build.request.tags.includes(wanted);
    case 'status':
      return (build) => build.status === wanted;
    case 'trigger_id':
      return (build) => build.request.buildTriggerId === wanted;
    default:
      return (build) => build.id === wanted;
  }
}
