import { same, skip } from './runner/expect.mjs';

const revisionOf = ({ headers }) => headers.get('x-revision');

export async function test_serves_the_revision_under_test(staging) {
  if (staging.revision === undefined) skip('SLIPWAY_REVISION is not set');
  same(revisionOf(await staging.request('/health')), staging.revision, 'what answers is');
}

export async function test_one_revision_answers_everybody(staging) {
  const answers = await Promise.all(Array.from({ length: 10 }, () => staging.request('/api/status')));
  same(new Set(answers.map(revisionOf)).size, 1, 'revisions that answered:');
}

export async function test_errors_name_their_revision_too(staging) {
  const [fine, wrong] = await Promise.all(['/health', '/nowhere'].map((path) => staging.request(path)));
  same(revisionOf(wrong), revisionOf(fine), 'the error came from');
}
