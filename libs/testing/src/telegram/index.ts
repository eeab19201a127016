export type { AcceptedMessage } from './bot-api.js';
export { type SimulatedFile, TelegramClient } from './client.js';
export type { SimulatedButton } from './keyboard.js';
export { type TelegramFaults, TelegramSimulator, type TelegramSimulatorOptions } from './simulator.js';
export type { TelegramUpdate, WebhookDelivery } from './update-feed.js';
