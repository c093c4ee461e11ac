import 'bullmq';
import 'ioredis';
import '../src/ledger/events.ts';
import '../src/queue/names.ts';
import '../src/cloud/run.ts';
import '../src/probes/http.ts';
import '../src/pages/webhook.ts';
