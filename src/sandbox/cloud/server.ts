import {
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { asRpcError } from './errors.ts';
import type { Faults } from './faults.ts';
import { serviceDefinition } from './protos.ts';

/** What a handler may know of the call besides its request. */
export interface CallContext {
  /** The x-goog-request-params header; empty when the client sent none. */
  readonly routing: string;
}

// `never` lets each handler name its own request; proto-loader has decoded the request by the same definition.
export type Handler = (request: never, call: CallContext) => object | Promise<object>;

/** Full gRPC service name → method → handler. Methods left out answer UNIMPLEMENTED. */
export type Api = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/** One call that was answered. `code` is the gRPC status, 0 for OK; `at` is milliseconds since 1970, its arrival. */
export interface CallRecord {
  readonly method: string;
  readonly at: number;
  readonly code: number;
}

interface Wiring {
  readonly api: Api;
  readonly faults: Faults;
  readonly record: (call: CallRecord) => void;
}

/** Serves the API over gRPC without TLS on 127.0.0.1. @throws Error when the port is taken. */
export async function serve(wiring: Wiring, port: number): Promise<{ port: number; server: Server }> {
  const server = new Server();
  for (const [service, handlers] of Object.entries(wiring.api)) {
    const methods = Object.entries(handlers).map(([name, handler]) => [
      name,
      unary({ name, handler }, wiring),
    ]);
    server.addService(
      serviceDefinition(service),
      Object.fromEntries(methods) as UntypedServiceImplementation,
    );
  }
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, actual) => {
      if (error === null) resolve(actual);
      else reject(error);
    });
  });
  return { port: bound, server };
}

type Method = { readonly name: string; readonly handler: Handler };

function unary(method: Method, wiring: Wiring): handleUnaryCall<object, object> {
  return (call, callback) => {
    const at = Date.now();
    const incoming = {
      method: method.name,
      resource: resourceOf(call.request),
      cancelled: () => call.cancelled,
      gone: new Promise<void>((resolve) => call.once('cancelled', resolve)),
    };
    const context = { routing: routingOf(call) };
    wiring.faults
      .around(incoming, () => method.handler(call.request as never, context))
      .then((answer) => {
        wiring.record({ method: method.name, at, code: 0 });
        callback(null, answer);
      })
      .catch((cause: unknown) => {
        const { code, message } = asRpcError(cause);
        wiring.record({ method: method.name, at, code });
        callback({ code, details: message });
      });
  };
}

const routingOf = (call: ServerUnaryCall<object, object>): string =>
  call.metadata.get('x-goog-request-params').map(String).join('&');

function resourceOf(request: object): string {
  const { name, parent, service } = request as {
    name?: string;
    parent?: string;
    service?: { name?: string };
  };
  return name ?? parent ?? service?.name ?? '';
}
