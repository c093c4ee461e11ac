import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attribute } from './configuration.ts';

type Attributes = Readonly<Record<string, Attribute>>;

export interface State {
  readonly serial: number;
  readonly resources: Readonly<Record<string, Attributes>>;
  readonly outputs: Attributes;
}

export interface LockInfo {
  readonly ID: string;
  readonly Operation: string;
  readonly Who: string;
  readonly Version: string;
  readonly Created: string;
  readonly Path: string;
}

export const version = '1.11.4';
const lookEveryMs = 50;

/** A bucket as the gcs backend keeps it: a killed Terraform leaves its lock behind. */
export class Bucket {
  readonly #folder: string;
  readonly #name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  read(): State {
    const file = this.#file('tfstate');
    if (!existsSync(file)) return { serial: 0, resources: {}, outputs: {} };
    return JSON.parse(readFileSync(file, 'utf8')) as State;
  }

  /** Whole or not at all. */
  write(state: State): void {
    const draft = this.#file('tfstate.new');
    writeFileSync(draft, JSON.stringify(state, undefined, 2));
    renameSync(draft, this.#file('tfstate'));
  }

  /** @returns undefined when the lock was taken, else who has it */
  async lock(operation: string, forMs: number): Promise<LockInfo | undefined> {
    const info = lockInfo(operation, this.#file('tfstate'));
    const until = Date.now() + forMs;
    for (;;) {
      try {
        writeFileSync(this.#file('tflock'), JSON.stringify(info), { flag: 'wx' });
        return undefined;
      } catch {
        const held = this.holder();
        if (held !== undefined && Date.now() >= until) return held;
      }
      await wait(lookEveryMs);
    }
  }

  holder(): LockInfo | undefined {
    try {
      return JSON.parse(readFileSync(this.#file('tflock'), 'utf8')) as LockInfo;
    } catch {
      return undefined;
    }
  }

  unlock(): void {
    rmSync(this.#file('tflock'), { force: true });
  }

  #file(ending: string): string {
    return path.join(this.#folder, `${this.#name}.${ending}`);
  }
}

function lockInfo(operation: string, file: string): LockInfo {
  const created = new Date().toISOString().replace('T', ' ').replace('Z', ' +0000 UTC');
  const who = `${userInfo().username}@${hostname()}`;
  return { ID: randomUUID(), Operation: operation, Who: who, Version: version, Created: created, Path: file };
}

/** As Terraform words it. */
export function lockText({ ID, Path, Operation, Who, Version, Created }: LockInfo): string {
  return [
    'Error message: the state is already locked by another terraform client',
    'Lock Info:',
    `  ID:        ${ID}`,
    `  Path:      ${Path}`,
    `  Operation: ${Operation}`,
    `  Who:       ${Who}`,
    `  Version:   ${Version}`,
    `  Created:   ${Created}`,
    '  Info:      ',
    '',
    '',
    'Terraform acquires a state lock to protect the state from being written',
    'by multiple users at the same time. Please resolve the issue above and try',
    'again. For most commands, you can disable locking with the "-lock=false"',
    'flag, but this is not recommended.',
  ].join('\n');
}
