const DISTANCE =
  /(?:пешком|от метро|до метро|от м\.|до станци|от станци|ходьбы|потолк|высот|ширин|длин|фасад|витрин|расстояни|глубин|вход|радиус|в шаговой)/;
const AREA = /(?:офис|площад|помещен|склад|метраж|снять|арендова|ритейл|магазин|ангар|псн|лот)/;
const MONEY =
  /(?:бюджет|цен[аыу]|стоимост|стоит|руб|₽|дороже|дешевле|оплат|плат[аиу]|денег|аренд[аы]? до|ставк|за м|вложи|инвест)/;

/** What the whole message is about, for readings that one number leaves open. Each question is answered once. */
export class TopicContext {
  #distance: boolean | undefined;
  #area: boolean | undefined;
  #money: boolean | undefined;

  constructor(private readonly text: string) {}

  /** Walking distances, ceilings, shop windows: «метров» are metres. */
  get distance(): boolean {
    this.#distance ??= DISTANCE.test(this.text);
    return this.#distance;
  }

  /** Premises and their size: «метров» are square metres. */
  get area(): boolean {
    this.#area ??= AREA.test(this.text);
    return this.#area;
  }

  /** Prices and budgets: «15м» may be millions. */
  get money(): boolean {
    this.#money ??= MONEY.test(this.text);
    return this.#money;
  }
}
