import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

export interface ProgramPlace {
  /** As it would be given to the system: a name to be found on the PATH, or a path. */
  readonly file: string;
  readonly cwd: string;
  /** Absent: where the system looks is not known. */
  readonly searchPath?: string | undefined;
}

/** Why a program cannot be run there, found out without running it; undefined when it can, or when that is not known. */
export async function programProblem({ file, cwd, searchPath }: ProgramPlace): Promise<string | undefined> {
  const folder = await stat(cwd).catch(() => undefined);
  if (folder?.isDirectory() !== true) return `There is no folder ${cwd}`;
  // As execvp does it: https://man7.org/linux/man-pages/man3/exec.3.html
  if (file.includes('/'))
    return (await isProgram(path.resolve(cwd, file))) ? undefined : `${file} is no program in ${cwd}`;
  if (searchPath === undefined) return undefined;
  const places = searchPath.split(path.delimiter).map((place) => path.resolve(cwd, place, file));
  const found = await Promise.all(places.map(isProgram));
  return found.includes(true) ? undefined : `${file} is in no folder of the PATH`;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
