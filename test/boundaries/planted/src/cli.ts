import './bot.ts';
import './sandbox/start.ts';
import '../jobs/worker.ts';
import 'ioredis';
