import { status } from '@grpc/grpc-js';

export type StatusName = Exclude<keyof typeof status, 'OK'>;

/** A refusal that goes over the wire as a gRPC status; also the error inside a long-running operation. */
export class RpcError extends Error {
  readonly code: status;

  constructor(name: StatusName, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = status[name];
  }
}

export const invalidArgument = (message: string): RpcError => new RpcError('INVALID_ARGUMENT', message);

/** `place` is a path below the request, as Google words it: "Violation in UpdateServiceRequest.service.traffic: …". */
export const violation = (place: string, problem: string): RpcError =>
  invalidArgument(`Violation in ${place}: ${problem}`);

/** Turns whatever was thrown into a status; a fault of the stand-in itself shows as INTERNAL, with its text. */
export function asRpcError(cause: unknown): RpcError {
  if (cause instanceof RpcError) return cause;
  return new RpcError('INTERNAL', cause instanceof Error ? cause.message : 'Internal error encountered.');
}
