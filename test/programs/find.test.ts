import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { programProblem } from '../../src/programs/find.ts';
import { runProgram } from '../../src/programs/program.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'slipway-find-'));
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});
const bin = path.join(cwd, 'bin');
mkdirSync(path.join(bin, 'folder'), { recursive: true });
writeFileSync(path.join(bin, 'tests'), '#!/bin/sh\n');
writeFileSync(path.join(bin, 'plain'), '#!/bin/sh\n');
chmodSync(path.join(bin, 'tests'), 0o755);

describe('whether a program can be run', () => {
  it.each([
    ['tests', bin],
    ['tests', `/nowhere:${bin}`],
    ['tests', 'bin'],
    ['bin/tests', undefined],
    [path.join(bin, 'tests'), undefined],
    ['missing', '/nowhere', 'missing is in no folder of the PATH'],
    ['plain', bin, 'plain is in no folder of the PATH'],
    ['folder', bin, 'folder is in no folder of the PATH'],
    ['./tests', bin, `./tests is no program in ${cwd}`],
  ])('%s with the PATH %s', async (file, searchPath, problem?: string) => {
    expect(await programProblem({ file, cwd, searchPath })).toBe(problem);
    // It is what the system says.
    const env = searchPath === undefined ? {} : { PATH: searchPath };
    const signal = new AbortController().signal;
    const end = await runProgram({ file, args: [], env, cwd, timeoutMs: 20_000, signal });
    expect(end.kind).toBe(problem === undefined ? 'exited' : 'not-started');
  });

  it('needs its folder, and says nothing of a PATH that is not known', async () => {
    const nowhere = path.join(cwd, 'nowhere');
    expect(await programProblem({ file: '/bin/sh', cwd: nowhere })).toBe(`There is no folder ${nowhere}`);
    expect(await programProblem({ file: 'anything', cwd })).toBeUndefined();
  });
});
