import { isatty } from 'node:tty';
import pc from 'picocolors';

/** Only for eyes: a pipe or a log gets plain text, also where CI asks tools for colours. */
export const colors = pc.createColors(isatty(1) && process.env['NO_COLOR'] === undefined);
