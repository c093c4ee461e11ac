import '../ledger/events.ts';
