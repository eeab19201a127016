import type { AccountState, SimChat, SimMessage } from './account-state.js';
import { PIPELINE_ID, STATUSES } from './account-state.js';
import type { AmoCrmFaults } from './faults.js';
import { complainAboutSignature } from './signature-check.js';
import type { SimAnswer, SimRequest } from './sim-http.js';

const TYPES = new Set(['text', 'contact', 'file', 'video', 'picture', 'voice', 'audio', 'sticker', 'location']);

interface Payload {
  timestamp?: unknown;
  msec_timestamp?: unknown;
  msgid?: unknown;
  id?: unknown;
  conversation_id?: unknown;
  conversation_ref_id?: unknown;
  silent?: unknown;
  source?: { external_id?: unknown };
  sender?: { id?: unknown; name?: unknown; ref_id?: unknown; profile?: { phone?: unknown } };
  receiver?: { id?: unknown; name?: unknown };
  message?: { type?: unknown; text?: unknown; media?: unknown; file_name?: unknown };
}

/** What importing made happen, for the simulator to announce by CRM hooks. */
export interface ChatsEvents {
  incoming(chat: SimChat, message: SimMessage): void;
}

/** The Chats API ("amojo") over the state of one account. */
export class ChatsEndpoints {
  constructor(
    private readonly state: AccountState,
    private readonly faults: AmoCrmFaults,
    private readonly events: ChatsEvents,
  ) {}

  handle(request: SimRequest, now: number): SimAnswer {
    const complaint = complainAboutSignature(request, this.state.channel.secret, now);
    if (complaint) return refuse(403, 'INVALID_SIGNATURE', complaint);
    let body: Payload & Record<string, unknown> = {};
    if (request.body.length > 0) {
      try {
        body = JSON.parse(request.body.toString('utf8')) as typeof body;
      } catch {
        return refuse(400, 'INVALID_JSON', 'body is not JSON');
      }
    }
    const parts = request.path.replace('/v2/origin/custom/', '').split('/');
    const [first, second, third, fourth] = parts;
    if (first === this.state.channel.id && second === 'connect' && request.method === 'POST') return this.connect(body);
    if (first === this.state.channel.id && second === 'disconnect' && request.method === 'DELETE') {
      this.state.connected = false;
      return { status: 200 };
    }
    if (first !== this.state.scopeId || !this.state.connected) return refuse(404, 'NOT_FOUND', 'unknown scope');
    if (request.method === 'POST' && parts.length === 1) return this.send(body);
    if (request.method === 'POST' && second === 'chats' && parts.length === 2) return this.createChat(body);
    if (request.method === 'GET' && second === 'chats' && fourth === 'history')
      return this.history(third ?? '', request.query);
    if (request.method === 'POST' && second === 'typing') return this.typing(body, now);
    if (request.method === 'POST' && second === 'react') return this.react(body);
    if (request.method === 'POST' && third === 'delivery_status') return this.delivery(second ?? '', body);
    return refuse(404, 'NOT_FOUND', 'unknown method');
  }

  private connect(body: Record<string, unknown>): SimAnswer {
    if (body.account_id !== this.state.amojoId) return refuse(400, 'BAD_ACCOUNT', 'unknown account_id');
    if (body.hook_api_version !== 'v2') return refuse(400, 'BAD_VERSION', 'v1 hooks are no longer supported');
    this.state.connected = true;
    return {
      status: 200,
      body: {
        account_id: this.state.amojoId,
        scope_id: this.state.scopeId,
        title: body.title,
        hook_api_version: 'v2',
        is_time_window_disabled: false,
      },
    };
  }

  private createChat(body: Record<string, unknown>): SimAnswer {
    const user = body.user as { id?: unknown; name?: unknown; profile?: { phone?: unknown } } | undefined;
    if (typeof body.conversation_id !== 'string' || typeof user?.id !== 'string' || typeof user.name !== 'string') {
      return refuse(400, 'VALIDATION', 'conversation_id, user.id and user.name are required');
    }
    const source = (body.source as { external_id?: unknown } | undefined)?.external_id;
    const chat =
      this.state.chatByConversation(body.conversation_id) ??
      this.state.createChat(
        { id: user.id, name: user.name, phone: asText(user.profile?.phone) },
        body.conversation_id,
        asText(source),
      );
    return {
      status: 200,
      body: { id: chat.id, user: { id: chat.userId, client_id: chat.userClientId, name: chat.userName } },
    };
  }

  private send(body: Record<string, unknown>): SimAnswer {
    const payload = body.payload as Payload | undefined;
    if (body.event_type === 'edit_message') return this.edit(payload);
    if (body.event_type !== 'new_message' || !payload) return refuse(400, 'VALIDATION', 'event_type is required');
    const { sender, receiver, message } = payload;
    if (typeof payload.msgid !== 'string' || typeof payload.conversation_id !== 'string') {
      return refuse(400, 'VALIDATION', 'msgid and conversation_id are required');
    }
    if (typeof payload.timestamp !== 'number' || typeof payload.msec_timestamp !== 'number') {
      return refuse(400, 'VALIDATION', 'timestamps are required');
    }
    if (typeof sender?.id !== 'string' || typeof sender.name !== 'string') {
      return refuse(400, 'VALIDATION', 'sender.id and sender.name are required');
    }
    if (typeof message?.type !== 'string' || !TYPES.has(message.type)) return refuse(400, 'VALIDATION', 'message.type');
    if (message.type === 'text' && (typeof message.text !== 'string' || message.text === '')) {
      return refuse(400, 'VALIDATION', 'message.text is required');
    }
    if (['file', 'picture', 'video', 'voice', 'audio'].includes(message.type) && typeof message.media !== 'string') {
      return refuse(400, 'VALIDATION', 'message.media is required');
    }
    const ref = asText(sender.ref_id);
    if (ref && typeof receiver?.id !== 'string')
      return refuse(400, 'VALIDATION', 'receiver is required for an outgoing message');
    const known = this.state.messageByClientId(payload.msgid);
    if (known && this.faults.duplicateMsgid !== 'new') {
      if (this.faults.duplicateMsgid === '400') return refuse(400, 'DUPLICATE', 'msgid exists');
      return { status: 200, body: acceptance(known, payload.msgid, ref !== null) };
    }
    const clientId = ref ? String(receiver?.id) : sender.id;
    const clientName = ref ? (asText(receiver?.name) ?? 'Клиент') : sender.name;
    const chat =
      this.state.chatByConversation(payload.conversation_id) ??
      this.state.createChat(
        { id: clientId, name: clientName, phone: asText(sender.profile?.phone) },
        payload.conversation_id,
        asText(payload.source?.external_id),
      );
    const stored: SimMessage = {
      id: this.state.uuid(),
      clientId: payload.msgid,
      chatId: chat.id,
      author: ref === null ? 'client' : ref === this.state.channel.botId ? 'bot' : 'manager',
      authorRef: ref,
      type: message.type,
      text: asText(message.text),
      media: asText(message.media),
      fileName: asText(message.file_name),
      at: payload.msec_timestamp,
      edited: false,
      delivery: [],
      reactions: [],
    };
    chat.messages.push(stored);
    this.state.messages.set(stored.id, stored);
    if (ref === null && payload.silent !== true) this.makeIncomingLead(chat);
    if (ref === null) this.events.incoming(chat, stored);
    return { status: 200, body: acceptance(stored, payload.msgid, ref !== null) };
  }

  /** Contact, unsorted lead and talk appear with the first message a manager should see. */
  private makeIncomingLead(chat: SimChat): void {
    if (chat.contactId === null) {
      const phone = chat.userPhone;
      chat.contactId = this.state.createContact(
        chat.userName,
        phone ? [{ field_code: 'PHONE', values: [{ value: phone, enum_code: 'WORK' }] }] : [],
      ).id;
    }
    const open = this.state.leadOfContact(chat.contactId);
    const lead =
      open ??
      this.state.createLead({
        name: `Сделка: ${chat.userName}`,
        pipeline_id: PIPELINE_ID,
        status_id: STATUSES[0].id,
        contactIds: [chat.contactId],
        source: chat.sourceExternalId,
      });
    if (!open) {
      const uid = this.state.uuid();
      this.state.unsorted.set(uid, { uid, chatId: chat.id, leadId: lead.id, contactId: chat.contactId });
    }
    if (!this.state.talkOfChat(chat.id)) {
      const talk = {
        talk_id: this.state.number(),
        chat_id: chat.id,
        contact_id: chat.contactId,
        entity_id: lead.id,
        is_in_work: true,
        is_read: false,
        updated_at: Math.floor(Date.now() / 1_000),
      };
      this.state.talks.set(talk.talk_id, talk);
    }
  }

  private edit(payload: Payload | undefined): SimAnswer {
    const known =
      typeof payload?.id === 'string'
        ? this.state.messages.get(payload.id)
        : this.state.messageByClientId(String(payload?.msgid));
    if (!known) return refuse(400, 'VALIDATION', 'nothing to edit');
    if (typeof payload?.timestamp !== 'number' || typeof payload.msec_timestamp !== 'number') {
      return refuse(400, 'VALIDATION', 'timestamps are required');
    }
    if (this.state.chats.get(known.chatId)?.conversationId !== payload.conversation_id) {
      return refuse(400, 'VALIDATION', 'conversation_id');
    }
    const { message } = payload;
    if (message?.type !== known.type) return refuse(400, 'VALIDATION', 'message.type');
    if (message.type === 'text' && !asText(message.text)) return refuse(400, 'VALIDATION', 'message.text is required');
    known.text = asText(message.text) ?? known.text;
    known.edited = true;
    return { status: 200 };
  }

  private typing(body: Record<string, unknown>, now: number): SimAnswer {
    const chat = this.state.chatByConversation(String(body.conversation_id));
    const sender = (body.sender as { id?: unknown } | undefined)?.id;
    if (!chat || typeof sender !== 'string') return refuse(400, 'VALIDATION', 'conversation_id and sender.id');
    this.state.typing.push({ chatId: chat.id, senderId: sender, at: now });
    return { status: 204 };
  }

  private react(body: Record<string, unknown>): SimAnswer {
    const message =
      typeof body.id === 'string' ? this.state.messages.get(body.id) : this.state.messageByClientId(String(body.msgid));
    if (!message) return refuse(404, 'NOT_FOUND', 'no such message');
    const user = (body.user as { id?: unknown } | undefined)?.id;
    const isKnownType = body.type === 'react' || body.type === 'unreact';
    if (typeof user !== 'string' || typeof body.emoji !== 'string' || !isKnownType) {
      return refuse(400, 'VALIDATION', 'user.id, emoji and type are required');
    }
    message.reactions = message.reactions.filter((one) => one.user !== user || one.emoji !== body.emoji);
    if (body.type === 'react') message.reactions.push({ user, emoji: body.emoji });
    return { status: 200 };
  }

  private history(chatId: string, query: URLSearchParams): SimAnswer {
    const chat = this.state.chats.get(chatId);
    if (!chat || chat.messages.length === 0) return { status: 204 };
    const offset = Number(query.get('offset') ?? 0);
    const limit = Math.min(50, Number(query.get('limit') ?? 50));
    const page = [...chat.messages].reverse().slice(offset, offset + limit);
    if (page.length === 0) return { status: 204 };
    return {
      status: 200,
      body: {
        messages: page.map((message) => ({
          timestamp: Math.floor(message.at / 1_000),
          msec_timestamp: message.at,
          sender:
            message.author === 'client'
              ? { id: chat.userId, client_id: chat.userClientId, name: chat.userName }
              : { id: message.authorRef },
          message: {
            id: message.id,
            ...(message.clientId ? { client_id: message.clientId } : {}),
            type: message.type,
            ...(message.text === null ? {} : { text: message.text }),
            ...(message.media === null ? {} : { media: message.media }),
            ...(message.fileName === null ? {} : { file_name: message.fileName }),
          },
        })),
      },
    };
  }

  private delivery(messageId: string, body: Record<string, unknown>): SimAnswer {
    const message = this.state.messages.get(messageId);
    if (!message) return refuse(404, 'NOT_FOUND', 'no such message');
    const status = body.delivery_status ?? body.status_code;
    if (status !== 1 && status !== 2 && status !== -1) return refuse(400, 'VALIDATION', 'delivery_status');
    if (status === -1 && body.error_code === 905 && typeof body.error !== 'string')
      return refuse(400, 'VALIDATION', 'error');
    message.delivery.push({
      status,
      ...(typeof body.error_code === 'number' ? { errorCode: body.error_code } : {}),
      ...(typeof body.error === 'string' ? { error: body.error } : {}),
    });
    return { status: 200 };
  }
}

function acceptance(message: SimMessage, msgid: string, hasReceiver: boolean): object {
  return {
    new_message: {
      conversation_id: message.chatId,
      sender_id: message.authorRef ?? message.chatId,
      ...(hasReceiver ? { receiver_id: message.chatId } : {}),
      msgid: message.id,
      ref_id: msgid,
    },
  };
}

function refuse(status: number, code: string, description: string): SimAnswer {
  return { status, body: { error_code: code, error_type: 'sim', error_description: description } };
}

function asText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
