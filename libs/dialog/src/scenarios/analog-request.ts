import type { EstateClass, EstateKind } from '#libs/nlu';

/** Payload of the `analogs` job: the body of `POST /api/v1/analogs`. */
export interface AnalogRequest {
  deal: 'rent' | 'sale';
  kind: EstateKind;
  k: number;
  subject: {
    station: string;
    area: number;
    class?: EstateClass;
    walkMeters?: number;
    pricePerM2?: number;
  };
  filters: Record<string, never>;
}
