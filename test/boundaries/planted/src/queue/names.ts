import 'bullmq';
import '../domain/target.ts';
