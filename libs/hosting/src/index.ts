export { observeChats } from './chat-observer.js';
export { ChatsHost, type ChatsHostOptions, openQueues, openWakeUps } from './chats-host.js';
export { runProcess, serveHttp } from './http-process.js';
