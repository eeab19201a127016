import { type DynamicModule, Module } from '@nestjs/common';
import type pg from 'pg';
import { ChatSignals } from './chat-signals.js';
import { ChatStore } from './chat-store.js';
import { type Chats, createChats } from './chats.js';
import { DeadLetters } from './dead-letters.js';
import type { ChatsObserver } from './observer.js';
import { OutboxSender } from './outbox-sender.js';
import type { ChatSettings } from './settings.js';

/** Token of the wired `Chats`. */
export const CHATS = Symbol('Chats');

export interface ChatsModuleOptions {
  pool: pg.Pool;
  settings?: Partial<ChatSettings>;
  observer?: ChatsObserver;
}

/**
 * Providers of the actor: `CHATS` and its parts by class. Starts nothing: the app that owns a runner or senders starts
 * and stops them with its own life cycle.
 */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are classes.
export class ChatsModule {
  /** `inject` names the providers `useFactory` takes; import this once, in the root module. */
  static forRootAsync<Dependencies extends unknown[]>(options: {
    inject: DynamicModule['exports'];
    useFactory: (...dependencies: Dependencies) => ChatsModuleOptions;
  }): DynamicModule {
    const part = <Part>(token: new (...parameters: never[]) => Part, pick: (chats: Chats) => Part) => ({
      provide: token,
      inject: [CHATS],
      useFactory: pick,
    });
    return {
      module: ChatsModule,
      global: true,
      providers: [
        {
          provide: CHATS,
          inject: (options.inject ?? []) as never[],
          useFactory: (...dependencies: Dependencies) => {
            const { pool, settings, observer } = options.useFactory(...dependencies);
            return createChats(pool, settings, observer);
          },
        },
        part(ChatSignals, (chats) => chats.signals),
        part(ChatStore, (chats) => chats.store),
        part(DeadLetters, (chats) => chats.deadLetters),
        part(OutboxSender, (chats) => chats.outbox),
      ],
      exports: [CHATS, ChatSignals, ChatStore, DeadLetters, OutboxSender],
    };
  }
}
