import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiServer } from './api/server.ts';
import { readBytes } from '../http.ts';

/** Takes the raw bytes of a file. Faults and the journal know it by the name `upload`. */
export async function answerUpload(
  { context, faults, journal }: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = Date.now();
  const fault = faults.next('upload');
  const bytes = await readBytes(request);
  const ticket = (request.url ?? '').slice('/upload/v1/'.length);
  const takes = request.method === 'POST' && (fault === undefined || fault.kind === 'drop-after');
  const refusal = fault?.kind === 'error-5xx' ? 503 : fault?.kind === 'rate-limit' ? 429 : 404;
  const status = takes ? context.files.receive(ticket, bytes) : refusal;
  const error = fault?.kind ?? (status === 200 ? undefined : String(status));
  journal.push({ method: 'upload', at, ok: error === undefined, ...(error === undefined ? {} : { error }) });
  if (fault?.kind === 'drop-before' || fault?.kind === 'drop-after') response.destroy();
  else response.writeHead(status).end(status === 200 ? `OK - ${bytes.length}` : 'refused');
}
