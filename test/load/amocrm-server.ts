// The simulated amoCRM account of the load as a process of its own: in production it is somebody else's machine, so its CPU is counted apart.
import { AmoCrmSimulator } from '#libs/testing';
import type { AmocrmReport } from './amocrm-account.js';

const simulator = new AmoCrmSimulator();
await simulator.start();
const { state, credentials, url } = simulator;

function report(): AmocrmReport {
  return {
    arrivals: simulator.arrivals,
    refusedForRate: simulator.journal.filter(({ status }) => status === 429 || status === 403).length,
    chats: [...state.chats.values()].map(({ conversationId, messages }) => ({
      chatId: conversationId ?? '',
      messages: messages.map(({ clientId, text }) => ({ id: clientId ?? '', text: text ?? '' })),
    })),
    leads: state.leads.size,
  };
}

process.on('message', () => process.send?.(report()));
process.on('disconnect', () => process.exit(0));
process.send?.({
  AMOCRM_BASE_URL: url,
  AMOCRM_CHATS_BASE_URL: url,
  AMOCRM_TOKEN: credentials.longLivedToken,
  AMOCRM_CHANNEL_ID: state.channel.id,
  AMOCRM_CHANNEL_SECRET: state.channel.secret,
  AMOCRM_CHANNEL_BOT_ID: state.channel.botId,
});
