import { type OutboxItem, SendRefusedError, type TargetSender } from '#libs/chats';
import { derivedId } from '#libs/platform';
import { isLabel, type LabelStore, type PictureLabel } from '#libs/vision/intake';

/** Keeps what people said about pictures, to train on. A repeat changes nothing. */
export class LabelSender implements TargetSender {
  readonly target = 'label';
  readonly concurrency = 2;
  readonly unknownOutcome = 'resend';

  constructor(private readonly labels: Pick<LabelStore, 'add'>) {}

  async send({ id, body }: OutboxItem): Promise<{ providerId?: string }> {
    if (body.type !== 'label') throw new SendRefusedError('NOT_A_LABEL', `${id} carries no label`);
    const known = body.labels.filter((label): label is PictureLabel => isLabel(label.set, label.label));
    // Hashed: the row's id must not lead back to the chat.
    const providerId = derivedId('label', id);
    if (known.length > 0) await this.labels.add(providerId, known);
    return { providerId };
  }
}
