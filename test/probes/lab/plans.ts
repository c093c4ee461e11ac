import type {
  HttpCheckPlan,
  ValidationPlan,
  WebSocketCheckPlan,
} from '../../../src/domain/validation/plan.ts';

/** Everything is asked for, scaled down so that a hold takes 1.2 s. */
export const socketPlan: WebSocketCheckPlan = {
  kind: 'websocket',
  path: '/ws',
  subprotocols: [],
  handshakes: 56,
  mostFailures: 0.05,
  handshakeWithinMs: 400,
  holdMs: 1_200,
  echoes: 8,
  message: '{"type":"echo","id":"{id}"}',
  latencyMs: 100,
  connections: 56,
  affinity: false,
};

export const httpPlan: HttpCheckPlan = {
  kind: 'http',
  path: '/health',
  method: 'GET',
  status: 200,
  withinMs: 400,
  samples: 5,
};

export const noIdentity = { headers: {} };

const targets = {
  apiResponse: 100,
  websocketLatency: 50,
  startup: 500,
  messageProcessing: 200,
  wholeRequest: 1_000,
};

export function planOf(parts: Partial<ValidationPlan>): ValidationPlan {
  return { identity: noIdentity, http: [], websocket: [], journeys: [], targets, ...parts };
}
