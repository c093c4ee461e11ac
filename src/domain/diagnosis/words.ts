/** Words of proxies and servers for "full", as they stand in bodies of 503 and in reasons of a close. */
export const full =
  /too many (?:open )?(?:connections|clients|sockets|websockets)|connection limit|max(?:imum)?[ _-]*(?:number of )?connections|at capacity|over ?capacity|server (?:is )?full|reset reason: overflow/i;

/** Words for a connection on which nothing was said. */
export const idle = /idle|inactiv|time-?d? ?out|no (?:message|data|activity|traffic)|keep-?alive|heartbeat/i;

/** Words for a connection that was open for as long as it may be. */
export const aged =
  /\b(?:max(?:imum)?|connection|stream)[ _-]*(?:connection[ _-]*)?(?:age|life ?time|duration)\b/i;
