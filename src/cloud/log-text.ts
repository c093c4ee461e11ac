import { stripVTControlCharacters } from 'node:util';
import type { protos } from '@google-cloud/logging-api';
import { textOfRecord } from '../domain/cause/record.ts';

export type Entry = protos.google.logging.v2.ILogEntry;
type Struct = protos.google.protobuf.IStruct;
type Value = protos.google.protobuf.IValue;

/** A line longer than this explains nothing more to a person; entries may have 256 kB. */
const longestLine = 2_000;
/** A traceback of any length that was seen; what is before it is another matter. */
const longestEntry = 32_768;
/** How many lines are kept of a log: a cause is looked for in them, and people are shown some of them. */
export const mostLines = 500;
/** Loggers put an error into a field of a field; deeper is data. */
const deepest = 4;

/** The last lines of these entries, oldest first, without colours. */
export function linesOf(entries: readonly Entry[]): readonly string[] {
  return byInstance(entries)
    .flatMap((entry) => stripVTControlCharacters(textOf(entry).slice(-longestEntry)).split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => line.slice(0, longestLine))
    .slice(-mostLines);
}

/** Instances write at once, line by line: those of one stand together, those of who wrote last at the end. */
function byInstance(entries: readonly Entry[]): readonly Entry[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const instance = entry.labels?.['instanceId'] ?? '';
    const group = groups.get(instance) ?? [];
    groups.delete(instance);
    groups.set(instance, [...group, entry]);
  }
  return [...groups.values()].flat();
}

export function textOf({ textPayload, jsonPayload, severity }: Entry): string {
  if (textPayload) return textPayload;
  if (!jsonPayload) return '';
  const record = recordOf(jsonPayload, 0);
  // Cloud Logging takes the severity out of the payload: https://cloud.google.com/logging/docs/structured-logging
  return textOfRecord(isFatal(severity) ? { ...record, severity: 'CRITICAL' } : record);
}

/** google.logging.type.LogSeverity by name, or by number: 600 is CRITICAL. */
function isFatal(severity: Entry['severity']): boolean {
  return /^(?:CRITICAL|ALERT|EMERGENCY|[678]00)$/.test(String(severity));
}

function recordOf({ fields }: Struct, depth: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [name, plainOf(value, depth)]),
  );
}

function plainOf({ stringValue, numberValue, structValue }: Value, depth: number): unknown {
  if (typeof stringValue === 'string') return stringValue;
  if (typeof numberValue === 'number') return numberValue;
  return structValue && depth < deepest ? recordOf(structValue, depth + 1) : undefined;
}
