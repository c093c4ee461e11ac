/** `File "/app/a.py", line 3`, as Python writes it above its error. */
const python = /^\s*File "([^"]+)", line (\d+)/;
/** The path stands at the start or after ` (`: anywhere else it is part of `node:internal/…`, and slow to look for. */
const node = /^\s*at (?:async )?(?:[^(]* \()?((?:file:\/\/)?\/[^()]*):(\d+):\d+\)?[ {]*$/;
/** `	at com.acme.chat.Db.open(Db.java:41)`, perhaps with a module or a class loader before it. */
const java = /^\s*at ((?:[\w.@$-]+\/{1,2})?[\w.$<>]+)\(([\w$-]+\.(?:java|kt|scala|groovy|clj)):(\d+)\)/;
/** `	/app/agents/supervisor.go:14 +0x1d`, below the name of its function; built with -trimpath it begins with its module. */
const go = /^\s+(\/?[^\s:]+\.go):(\d+)(?: \+0x[0-9a-f]+)?$/;
/** Go's own packages have no dot in their first name, and other modules a version. */
const foreignGo = /^[^./]+\/.*\.go$|@v\d[^/]*\//;

/** Frames of the language and of libraries explain less than the team's own. */
const foreignPath =
  /site-packages|dist-packages|node_modules|\/lib\/python|<frozen|<string>|node:internal|\/usr\/local\/go\/|\/pkg\/mod\/|\/vendor\/|\/usr\/(?:local\/)?bin\//;
const foreignClass =
  /^(?:(?:java|jdk)\.[\w.]+(?:@[\w.]+)?\/{1,2}|app\/\/)?(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|clojure|org\.(?:springframework|apache|hibernate|eclipse|jboss|postgresql|junit|gradle|flywaydb|slf4j)|com\.(?:zaxxer|mysql|fasterxml|google|mongodb)|io\.(?:netty|grpc|micrometer|lettuce|undertow)|reactor|ch\.qos)\./;

/** The place of a frame that Python prints before its error, in the team's own code. */
export function frameBefore(line: string): string | undefined {
  return own(python.exec(line));
}

/** The place of a frame that Node, Java and Go print after theirs, in the team's own code. */
export function frameAfter(line: string): string | undefined {
  const inJava = java.exec(line);
  if (inJava === null) return own(node.exec(line) ?? go.exec(line));
  const [, method = '', file = '', number = ''] = inJava;
  return foreignClass.test(method) ? undefined : `${method.replace(/^.*\//, '')} (${file}:${number})`;
}

/** Whether it is a line of a traceback that belongs to the error above it. */
export function belongsBelow(line: string): boolean {
  return /^\s+(?:at |\.\.\. \d+ |\S+\.go:\d+)|^(?:goroutine \d+|\[signal |created by |[\w./()*]+\(.*\)$)/.test(
    line,
  );
}

function own(match: RegExpExecArray | null): string | undefined {
  const [, path, line = ''] = match ?? [];
  return path === undefined || foreignPath.test(path) || foreignGo.test(path) ? undefined : `${path}:${line}`;
}
