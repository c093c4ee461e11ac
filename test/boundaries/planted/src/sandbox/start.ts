import './slack/server.ts';
import './cloud/server.ts';
