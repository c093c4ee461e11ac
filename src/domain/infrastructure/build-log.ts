import { type Diagnostic, type Message, readMessage } from './messages.ts';

/** What the log of a build says of Terraform, which ran in it. */
export interface BuildLog {
  readonly messages: readonly Message[];
  readonly diagnostics: readonly Diagnostic[];
  /** SHA-256 of the plan files that it has named, each once. */
  readonly plans: readonly string[];
  /** All that is not said in JSON. */
  readonly others: readonly string[];
}

/** As `sha256sum` prints it: https://www.gnu.org/software/coreutils/manual/html_node/cksum-output-modes.html */
const planLine = /^([0-9a-f]{64}) [ *](?:\S*\/)?plan\.tfplan$/;

/** @param lines without what Cloud Build writes before them */
export function readBuildLog(lines: readonly string[]): BuildLog {
  const messages = lines.map(readMessage).filter((message) => message !== undefined);
  return {
    messages,
    diagnostics: messages.map(({ diagnostic }) => diagnostic).filter((each) => each !== undefined),
    plans: [...new Set(lines.flatMap((line) => planLine.exec(line)?.slice(1) ?? []))],
    others: lines.filter((line) => line.trim() !== '' && !line.startsWith('{')),
  };
}
