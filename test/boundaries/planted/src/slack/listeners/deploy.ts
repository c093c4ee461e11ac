import '@slack/bolt';
import '../messages/deploy.ts';
import '../../ledger/events.ts';
import '../../queue/names.ts';
