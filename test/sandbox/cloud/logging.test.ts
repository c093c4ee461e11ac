import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../src/sandbox/cloud/logging/filter.ts';
import type { LogEntry } from '../../../src/sandbox/cloud/logging/store.ts';
import { built, BACKEND, deployCandidate, startCloud, until } from './support.ts';

const entry: LogEntry = {
  logName: 'projects/p/logs/run.googleapis.com%2Fstderr',
  resource: { type: 'cloud_run_revision', labels: { service_name: 'backend', revision_name: 'backend-r42' } },
  labels: { 'run.googleapis.com/x': 'one', step: 'two' },
  severity: 'ERROR',
  textPayload: 'NameError: no DatabaseSessionManager',
  at: Date.parse('2026-01-02T03:04:05Z'),
  insertId: '1',
};

describe('the filter', () => {
  it.each([
    ['', true],
    ['resource.type="cloud_run_revision" AND resource.labels.service_name=backend', true],
    ['resource.type=cloud_run_revision\nresource.labels.revision_name="backend-r1"', false],
    ['severity>=WARNING', true],
    ['severity>ERROR', false],
    ['timestamp>="2026-01-02T03:04:05Z" timestamp<"2026-01-02T03:04:06Z"', true],
    ['timestamp<"2026-01-02T03:04:05Z"', false],
    ['textPayload:"databasesessionmanager"', true],
    ['labels."run.googleapis.com/x"="one" AND labels.step!=one', true],
    ['"NameError"', true],
    ['NOT textPayload:NameError', false],
    ['severity=INFO OR severity=ERROR', true],
    // OR binds tighter than AND.
    ['severity=ERROR OR severity=INFO AND severity=INFO', false],
    ['(severity=ERROR AND severity=ERROR) OR severity=INFO', true],
    ['logName="projects/p/logs/run.googleapis.com%2Fstderr"', true],
    ['textPayload:* AND NOT httpRequest.status:*', true],
  ])('%s', (filter, expected) => {
    expect(parseFilter(filter)(entry)).toBe(expected);
  });

  it.each([
    'severity>=LOUD',
    'textPayload=~"a+"',
    'resource.type=',
    'AND',
    '(severity=INFO',
    'nothing="x"',
    'timestamp>yesterday',
    'a = "b',
  ])('refuses %s', (filter) => {
    expect(() => parseFilter(filter)).toThrow('Unparseable filter');
  });

  it('says where', () => {
    expect(() => parseFilter('severity=INFO\nAND ==')).toThrow("line 2, column 5, token '='");
  });
});

describe('ListLogEntries', () => {
  it('shows the traceback of a crash, newest first, in pages', async () => {
    const clients = await startCloud();
    await deployCandidate(clients, await built(clients, 'startup-crash'), 'backend-r42').catch(
      () => undefined,
    );
    const filter =
      'resource.type="cloud_run_revision" AND resource.labels.revision_name="backend-r42" AND severity>=WARNING';
    const request = { resourceNames: ['projects/chat-staging'], filter, orderBy: 'timestamp desc' };
    const entries = await until(async () => {
      const [found] = await clients.logs.listLogEntries(request);
      return found.length >= 3 && found;
    });
    expect(entries.at(-1)?.textPayload).toMatch(
      /^Traceback[^]+NameError: name 'DatabaseSessionManager' is not defined$/,
    );
    expect(entries.at(-1)).toMatchObject({
      severity: 'ERROR',
      logName: 'projects/chat-staging/logs/run.googleapis.com%2Fstderr',
    });
    expect(entries[0]?.textPayload).toContain('Default STARTUP TCP probe failed');

    const paged = { autoPaginate: false };
    const [first, next] = await clients.logs.listLogEntries({ ...request, pageSize: 2 }, paged);
    expect(first).toHaveLength(2);
    const [second, end] = await clients.logs.listLogEntries(next!, paged);
    expect(second.map(({ insertId }) => insertId)).toEqual([entries[2]!.insertId]);
    expect(end).toBeNull();
  });

  it('logs requests with their status', async () => {
    const { cloud, logs } = await startCloud();
    await fetch(`${cloud.service(BACKEND)!.uri}/missing`);
    const found = await until(async () => {
      const [entries] = await logs.listLogEntries({
        resourceNames: ['projects/chat-staging'],
        filter: 'httpRequest.status>=400',
      });
      return entries[0];
    });
    expect(found.httpRequest).toMatchObject({ status: 404, requestMethod: 'GET' });
    expect(found.resource?.labels).toMatchObject({ service_name: 'backend' });
  });

  it('keeps an entry back for the time of ingestion', async () => {
    const { cloud, logs } = await startCloud({ pace: 4 });
    await fetch(cloud.service(BACKEND)!.uri);
    const request = { resourceNames: ['projects/chat-staging'], filter: 'httpRequest.status=200' };
    const [early] = await logs.listLogEntries(request);
    expect(early).toEqual([]);
    await until(async () => (await logs.listLogEntries(request))[0][0]);
  });

  it('refuses what it cannot read', async () => {
    const { logs } = await startCloud();
    const list = (change: object) =>
      logs.listLogEntries({ resourceNames: ['projects/chat-staging'], ...change });
    const refused = { code: status.INVALID_ARGUMENT };
    await expect(list({ filter: 'severity ~ 3' })).rejects.toMatchObject(refused);
    await expect(list({ orderBy: 'severity' })).rejects.toMatchObject(refused);
    await expect(list({ pageSize: 1001 })).rejects.toMatchObject(refused);
  });
});
