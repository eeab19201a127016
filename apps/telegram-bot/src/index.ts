export { TelegramBotModule, type TelegramBotParts, type TelegramSettings } from './telegram-bot.module.js';
export { TelegramSetupError } from './telegram-connection.js';
