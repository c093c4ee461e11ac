import { expect, test } from 'vitest';
import { pageId, pageLine } from '../../../src/domain/page/line.ts';
import { began, page } from '../../support/pages.ts';

test('a page that is asked for again has the same name, whatever it says', () => {
  const again = page({ summary: 'worse', severity: 'warning', details: {}, links: [] });
  expect(pageId(again, 'pagerduty')).toBe(pageId(page(), 'pagerduty'));
});

test.each([
  ['another action', page({ action: 'resolve' }), 'pagerduty'],
  ['another alert', page({ dedupKey: 'staging/backend/timeouts' }), 'pagerduty'],
  ['another team', page({ team: 'business' }), 'pagerduty'],
  ['the next firing', page({ at: began + 1 }), 'pagerduty'],
  ['another way', page(), 'opsgenie'],
] as const)('%s is another page', (_name, other, way) => {
  expect(pageId(other, way)).not.toBe(pageId(page(), 'pagerduty'));
});

test('all pages of an alert to one team on one way stand in one line', () => {
  const line = pageLine(page(), 'webhook');
  expect(pageLine(page({ action: 'resolve', at: began + 1 }), 'webhook')).toBe(line);
  expect(pageLine(page({ team: 'business' }), 'webhook')).not.toBe(line);
  expect(pageLine(page(), 'slack')).not.toBe(line);
});

test('names do as ids of jobs, and parts of a name do not run into each other', () => {
  expect(pageLine(page(), 'slack')).toMatch(/^line-[0-9a-f]{32}$/);
  expect(pageLine(page({ dedupKey: 'a', team: 'bc' }), 'slack')).not.toBe(
    pageLine(page({ dedupKey: 'ab', team: 'c' }), 'slack'),
  );
});
