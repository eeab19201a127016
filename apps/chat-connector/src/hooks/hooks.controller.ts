import { Body, Controller, Headers, HttpCode, Param, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { HookGate, TypingRelay } from '#libs/crm';
import { Problem, Undocumented } from '#libs/platform';
import { InboxWorker } from '../inbox-worker.js';

/** amoCRM gives a chat hook 5 s and never repeats it: the answer must not wait longer for the chat to be taken. */
const ANSWER_MS = 2_000;

/** One and the same for every reason. */
const refusal = () => new Problem(403, 'HOOK_REFUSED', 'The hook is not accepted');

/** Hooks of amoCRM: verified and stored before they are acknowledged. */
@Undocumented()
@Controller()
export class HooksController {
  constructor(
    private readonly gate: HookGate,
    private readonly worker: InboxWorker,
    private readonly typing: TypingRelay,
  ) {}

  @Post('location/:scopeId')
  @HttpCode(200)
  async chatHook(
    @Param('scopeId') scopeId: string,
    @Headers('x-signature') signature: string | undefined,
    @Req() request: RawBodyRequest<object>,
  ): Promise<void> {
    const admission = await this.gate.admitChatHook(scopeId, request.rawBody ?? Buffer.alloc(0), signature);
    if (admission.refused) throw refusal();
    if (admission.typing) await this.typing.managerTypes(admission.typing);
    if (admission.entryId !== null) await this.worker.handleNow(admission.entryId, ANSWER_MS);
  }

  @Post('webhooks/amocrm/:token')
  @HttpCode(200)
  async crmHook(@Param('token') token: string, @Body() fields: unknown): Promise<void> {
    const form = typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {};
    if ((await this.gate.admitCrmHook(token, form)).refused) throw refusal();
  }
}
