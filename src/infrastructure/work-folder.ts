import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Operation } from '../domain/operation.ts';

/**
 * The folder of one operation: checkout, providers and the plan file, which may hold secrets. It has the same name for
 * each worker of a machine, so one that takes over finds what the one before has made.
 */
export function workFolderOf({ id, request }: Pick<Operation, 'id' | 'request'>): string {
  return path.join(tmpdir(), `slipway-infrastructure-${id}-${request.uid}`);
}

/** Twice is safe. For nobody but the user that slipway runs as. */
export async function makeWorkFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** Twice is safe. */
export async function removeWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
