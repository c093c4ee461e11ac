import '@slack/bolt';
import './slack/listeners/deploy.ts';
