/**
 * Every class of failure a validation can name, in one place. The code is stable: people search for it;
 * docs/diagnoses.md lists them, and a test keeps that page equal to this registry. `cause` is what is
 * probable, `next` what a person should do. `prober`: the fault is on our side, so it is never counted as a
 * failure of the service.
 */
export const diagnoses = {
  DNS_NOT_FOUND: {
    cause: 'The name of the service does not exist in DNS.',
    next: 'Check the URL, the DNS record and whether the domain mapping is finished.',
  },
  TCP_REFUSED: {
    cause: 'Nothing listens on that port: the service or its proxy is down, or the port is wrong.',
    next: 'Check that the service runs and the port in the URL.',
  },
  TCP_TIMEOUT: {
    cause: 'No answer to the TCP connection: a firewall drops it, or the address leads nowhere.',
    next: 'Check firewall rules, ingress settings and the address behind the name.',
  },
  TCP_UNREACHABLE: {
    cause: 'A router on the way says that the host cannot be reached.',
    next: 'Check the address behind the name, routes and VPC settings.',
  },
  TCP_RESET: {
    cause: 'The connection was cut before there was an answer: a crashing process, or a proxy that gives up.',
    next: 'Look at the logs of the service and of what stands in front of it at that second.',
  },
  TLS_EXPIRED: {
    cause: 'The certificate is expired or not valid yet.',
    next: 'Renew the certificate, or find out why its renewal failed; check the clock of this machine.',
  },
  TLS_NAME: {
    cause: 'The certificate is for another name.',
    next: 'Add the name to the certificate, or use the URL it is for.',
  },
  TLS_UNTRUSTED: {
    cause: 'The certificate is not signed by an authority that is trusted here, or its chain is incomplete.',
    next: 'Send the whole chain; for an authority of your own give its certificate as `ca`.',
  },
  TLS_PLAIN_PORT: {
    cause: 'The port does not speak TLS, but the URL asks for it.',
    next: 'Use http or ws, or the port that speaks TLS.',
  },
  TLS_REQUIRED: {
    cause: 'The port speaks TLS, but the URL does not.',
    next: 'Use https or wss, or the port that speaks plain HTTP.',
  },
  TLS_FAILED: {
    cause:
      'The TLS handshake failed: no common version or cipher, a client certificate is wanted, or it was never answered.',
    next: 'Compare the TLS settings of the load balancer with the error in the evidence.',
  },
  UNAUTHORIZED: {
    cause: 'The service asks for a token, or does not accept the one it got (401).',
    next: 'Check token, audience and lifetime; see whether the stable revision accepts the same token.',
  },
  FORBIDDEN: {
    cause: 'The service or what stands in front of it refuses this identity or origin (403).',
    next: 'Check IAM invokers, Cloud Armor, allowed origins and the rights of the token; Starlette also says 403 for an unknown WebSocket path.',
  },
  UPGRADE_STRIPPED: {
    cause:
      'The request came without its upgrade headers, so it was answered like a page: a proxy removes them, or the path has no WebSocket.',
    next: 'Let the proxy pass `Upgrade` and `Connection` with HTTP/1.1; on Cloud Run leave end-to-end HTTP/2 off.',
  },
  WRONG_PATH: {
    cause: 'There is nothing at this path (404 or 405; `ws` says 400 without a word).',
    next: 'Check the path here, in the router of the service and in the URL map of the load balancer.',
  },
  REDIRECT: {
    cause: 'The answer is a redirect. WebSocket clients do not follow it.',
    next: 'Use the address in `location` directly; often it is http to https, or a slash at the end.',
  },
  BAD_REQUEST: {
    cause: 'The service does not accept the request (400 or another 4xx).',
    next: 'Read the body in the evidence; compare headers and query with what the service expects.',
  },
  HEADERS_TOO_LARGE: {
    cause: 'The headers are larger than one side accepts.',
    next: 'Look for cookies or tokens that grew; here 64 kB of answer headers are accepted.',
  },
  RATE_LIMIT: {
    cause: 'Too many requests: a rate limit, or no free instance under the maximum (429).',
    next: 'Check rate limits, maximum instances and concurrency; test with fewer connections.',
  },
  CONNECTION_LIMIT: {
    cause: 'Connections are accepted up to a number and refused from there on.',
    next: 'Compare the number with concurrency × maximum instances, and with the limits of proxy and application.',
  },
  SERVICE_DOWN: {
    cause: 'What stands in front says that no instance can answer (503).',
    next: 'Check that a revision is ready and has traffic, and its health checks.',
  },
  SERVER_ERROR: {
    cause: 'The service answered with an error of its own (5xx).',
    next: 'Look for the exception in its logs at that second.',
  },
  BAD_GATEWAY: {
    cause:
      'The proxy could not talk to the service (502): it is not listening, crashed, or speaks another protocol.',
    next: 'Check port and protocol between proxy and service, and whether the container runs.',
  },
  GATEWAY_TIMEOUT: {
    cause: 'The proxy waited for the service in vain (504 or 408).',
    next: 'Find what the service waits for; compare its time with the time-out of the proxy.',
  },
  STARTUP_CRASH: {
    cause: 'The container crashes when it starts.',
    next: 'Mend what the log line says; the revision never served.',
  },
  HANDSHAKE_TIMEOUT: {
    cause: 'The connection was accepted, but the request was never answered.',
    next: 'Look for a blocked event loop or worker, and for a proxy that holds the request.',
  },
  SLOW_HANDSHAKE: {
    cause: 'The handshake takes longer than allowed.',
    next: 'The phases in the evidence say where; often a cold start, a token check or a busy event loop.',
  },
  SLOW_ANSWER: {
    cause: 'The answer takes longer than allowed.',
    next: 'The phases in the evidence say where: first byte is the service, body the transfer.',
  },
  SLOW_ECHO: {
    cause: 'Messages are answered slower than allowed.',
    next: 'Look at CPU, CPU throttling and what the message handler waits for.',
  },
  IDLE_TIMEOUT: {
    cause: 'A silent connection is cut while a talking one lives: an idle time-out on the way.',
    next: 'Send a ping more often than that age, or raise the idle time-out of the proxy.',
  },
  LIFETIME_CAP: {
    cause: 'Connections are cut at one age, whether they talk or not: a time-out limits their life.',
    next: 'Compare the age with the request time-out of the service first, then with proxies; clients must reconnect.',
  },
  LIFETIME_CAP_SERVICE: {
    cause:
      'Connections are cut at the request time-out of the service: on Cloud Run it also ends WebSockets.',
    next: 'Raise the request time-out of the service (at most 60 min) and let clients reconnect.',
  },
  LIFETIME_CAP_LOAD_BALANCER: {
    cause:
      'Connections are cut at the backend time-out of the load balancer, which limits the life of WebSockets.',
    next: 'Raise the time-out of the backend service and let clients reconnect.',
  },
  RESET_MID_STREAM: {
    cause: 'An open connection was cut without a close frame: a crash, a restart, or a proxy that drops it.',
    next: 'Look for restarts and memory limits in the logs at that second.',
  },
  HALF_OPEN: {
    cause: 'The connection is open, but nothing comes back any more: one side has forgotten it.',
    next: 'Send pings and reconnect when a pong is late; look for a proxy or NAT that drops state silently.',
  },
  DEAF: {
    cause: 'The connection opens, but nothing sent on it is answered.',
    next: 'Check that the handler of messages runs, and that a proxy passes data after the upgrade.',
  },
  APP_CLOSE: {
    cause: 'The application closed the connection itself; its code and reason are in the evidence.',
    next: 'Look up the code in the application: 1008 and 4401 are mostly tokens, 1011 an exception, 1012 a restart.',
  },
  PROTOCOL_ERROR: {
    cause: 'What came is not valid HTTP or WebSocket.',
    next: 'Check which server answers at this address; look for middleware that rewrites frames or the handshake.',
  },
  SUBPROTOCOL_MISSING: {
    cause: 'A subprotocol was asked for and none was chosen: the service ignores it or a proxy strips it.',
    next: 'Let the service choose from Sec-WebSocket-Protocol, and the proxy pass it.',
  },
  SUBPROTOCOL_WRONG: {
    cause: 'The service wants or chose a subprotocol that was not asked for.',
    next: 'Compare `subprotocols` in the configuration with what the service speaks.',
  },
  AFFINITY_LOST: {
    cause: 'A reconnect with the cookie of the first answer reached another instance.',
    next: 'Switch session affinity on, or keep sessions outside of the instances; it is best effort on Cloud Run.',
  },
  CROSSTALK: {
    cause: 'A connection received a message that belongs to another one.',
    next: 'Stop the release: look at how the service finds the connection to answer.',
  },
  WRONG_ECHO: {
    cause: 'Messages are answered, but not with what was sent.',
    next: 'Compare `message` in the configuration with what the service echoes.',
  },
  WRONG_STATUS: {
    cause: 'The answer has another status than expected.',
    next: 'Check the path and the expected status.',
  },
  WRONG_BODY: {
    cause: 'The answer does not hold what is expected.',
    next: 'Compare the body in the evidence with the expectation in the configuration.',
  },
  TOO_LARGE: {
    cause: 'The answer or a message is larger than the probe reads.',
    next: 'Use an endpoint with a small answer.',
  },
  JOURNEY_STEP: {
    cause: 'A step of the conversation did not bring what was expected.',
    next: 'The evidence says which step and what came instead.',
  },
  UNKNOWN: {
    cause: 'The failure fits no known class.',
    next: 'Read the evidence, and report it with the code and message.',
  },
  PROBER_DNS: {
    cause: 'The resolver of the machine that tests does not answer.',
    next: 'Check DNS on the machine that tests, and validate again.',
    prober: true,
  },
  PROBER_NETWORK: {
    cause: 'The machine that tests has no way out: no route, no free port or no free file.',
    next: 'Check network and limits (ulimit -n) of the machine that tests, and validate again.',
    prober: true,
  },
  PROBER_TOKEN: {
    cause: 'The token for the test could not be had, or it was expired when it was sent.',
    next: 'Check the token source in the configuration and the clock of the machine that tests.',
    prober: true,
  },
  PROBER_LATE: {
    cause: 'The machine that tests was too busy to measure.',
    next: 'Validate again with less going on there, or with fewer connections.',
    prober: true,
  },
  PROBER_DEADLINE: {
    cause: 'The whole validation took longer than it may.',
    next: 'Validate fewer endpoints or shorter holds at once.',
    prober: true,
  },
  PROBER_REQUEST: {
    cause: 'The request could not be made: a header or a value of it is not valid.',
    next: 'Check headers, cookies, subprotocols and token of the configuration.',
    prober: true,
  },
} as const satisfies Readonly<Record<string, { cause: string; next: string; prober?: true }>>;

export type DiagnosisCode = keyof typeof diagnoses;
