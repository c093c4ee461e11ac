import '../src/bot.ts';
