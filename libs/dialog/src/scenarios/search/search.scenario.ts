import type { Button, JsonObject, JsonValue } from '#libs/chats';
import type { LotHit, Relaxation, SearchRequest, SearchResult } from '#libs/estates';
import type { FinanceModelResult } from '#libs/finance';
import type { ButtonPress } from '../../button-payload.js';
import { FormScenario } from '../../form/form-scenario.js';
import { formatNumber, plural } from '../../ru-format.js';
import type { Turn } from '../../turn.js';
import { modelRequestForLot } from '../finance/lot-model.js';
import { attachmentsOf, modelSummary } from '../finance/model-summary.js';
import { lotCard, lotLine } from './lot-card.js';
import { SEARCH_FORM, searchCriteria, slotsOfCriteria } from './search.slots.js';

/** Lots asked for at once; more than a client leafs through. */
const PAGE = 30;
const LIKED_LIMIT = 10;

const NEXT = /(?:дальше|следующ|ещ[её]|покажи|не\s+нрав|не\s+подход|не\s+то|мимо)/iu;
const OTHER = /друг(?:ое|ой|ие)\s+(?:здани|дом|бц|бизнес)/iu;
const CHEAPER = /дешевле|дорого|подешевле|не\s+по\s+карману/iu;
/** A model of the lot shown, not of something else. */
const LOT_MODEL =
  /(?:модел|доходност|окупа).*(?:этот|этого|этому|лот|него|нему)|(?:этот|этого|этому|лот).*(?:модел|доходност|окупа)/iu;
const LIKE = /(?:нравит|подходит|беру|хочу\s+(?:этот|посмотреть)|отлично|супер)/iu;

const RELAXED: Record<Relaxation['kind'], string> = {
  budget: 'Бюджет шире',
  area: 'Площадь шире',
  place: 'Соседние места',
  class: 'Любой класс',
  fitOut: 'Любая отделка',
  readiness: 'Любая готовность',
};

export const SEARCH = new FormScenario('search', SEARCH_FORM, {
  confirm: (turn) => startSearch(turn),
  resume: (turn) => resumeSearch(turn),
  async order(turn, text) {
    const id = currentLotId(turn);
    if (turn.state.step !== 'results' || id === undefined || !LOT_MODEL.test(text)) return false;
    return searchButton(turn, { scenario: 'search', action: 'model', argument: id });
  },
  async text(turn, text, reading) {
    if (turn.state.step === 'working') {
      turn.say('job.working', {});
      return true;
    }
    if (turn.state.step !== 'results') return false;
    if (CHEAPER.test(text)) SEARCH.edit(turn, 'budget');
    else if (OTHER.test(text)) await showNext(turn, true);
    else if (NEXT.test(text) || reading.agreement === 'no') await showNext(turn, false);
    else if (LIKE.test(text) || reading.agreement === 'yes') await like(turn, currentLotId(turn));
    else return false;
    return true;
  },
  async button(turn, press) {
    return searchButton(turn, press);
  },
});

/** The `search` job is back. */
export async function searchDone(turn: Turn, result: SearchResult): Promise<void> {
  turn.state.results = {
    lotIds: result.hits.map((hit) => hit.lot.id),
    estateIds: result.hits.map((hit) => hit.estate.id),
    shown: 0,
    total: result.total,
    liked: turn.state.results?.liked ?? [],
    relaxations: result.relaxations.map((relaxation) => slotsOfCriteria(relaxation.criteria)),
  };
  const first = result.hits[0];
  if (!first) {
    turn.state.step = 'empty';
    sayNothingFound(turn, result.relaxations);
    return;
  }
  turn.state.step = 'results';
  turn.crm('stage', { stage: 'offer' });
  showLot(turn, first);
  const { slots } = SEARCH.form(turn);
  if (slots.deal === 'sale' && slots.purpose === 'investment') startLotModel(turn, first);
}

/** The model of a lot is back while lots are shown. */
export function lotModelDone(turn: Turn, result: FinanceModelResult & { attachments?: JsonValue }): void {
  turn.say('search.modelReady', { summary: modelSummary(result) }, { attachments: attachmentsOf(result.attachments) });
}

function startSearch(turn: Turn): void {
  const request: SearchRequest = {
    criteria: searchCriteria(SEARCH.form(turn).slots),
    limit: PAGE,
  };
  turn.goTo('working');
  turn.crm('slots', { scenario: 'search', slots: SEARCH.form(turn).slots as JsonObject });
  turn.startJob('search', request as unknown as JsonObject);
}

async function searchButton(turn: Turn, press: ButtonPress): Promise<boolean> {
  const { results } = turn.state;
  switch (press.action) {
    case 'next':
    case 'other':
      if (!results || turn.state.step !== 'results') return false;
      await showNext(turn, press.action === 'other');
      return true;
    case 'like':
      return like(turn, press.argument);
    case 'show':
      if (!results || results.lotIds.length === 0) return false;
      turn.state.step = 'results';
      await resumeSearch(turn);
      return true;
    case 'relax': {
      const relaxed = results?.relaxations[Number(press.argument)];
      if (!relaxed || turn.state.step !== 'empty') return false;
      const form = SEARCH.form(turn);
      const { walkMeters, floor } = form.slots;
      form.slots = {
        ...relaxed,
        ...(walkMeters !== undefined && { walkMeters }),
        ...(floor !== undefined && { floor }),
      };
      form.skipped = relaxed.areaMin === undefined && relaxed.areaMax === undefined ? ['area'] : [];
      startSearch(turn);
      return true;
    }
    case 'model': {
      if (!press.argument || !results?.lotIds.includes(press.argument)) return false;
      const [hit] = await turn.deps.catalogue.lots([press.argument]);
      if (!hit) turn.say('search.lotGone', {});
      else if (!startLotModel(turn, hit)) turn.say('search.noModel', {});
      return true;
    }
    default:
      return false;
  }
}

async function like(turn: Turn, lotId: string | undefined): Promise<boolean> {
  const { results } = turn.state;
  if (!lotId || !results?.lotIds.includes(lotId)) return false;
  const [hit] = await turn.deps.catalogue.lots([lotId]);
  if (!hit) {
    turn.say('search.lotGone', {});
    return true;
  }
  if (!results.liked.includes(lotId)) {
    results.liked = [...results.liked, lotId].slice(-LIKED_LIMIT);
    turn.crm('note', { text: `Понравился лот ${lotId}: ${lotLine(hit)}` });
    turn.crm('slots', { scenario: 'search', likedLots: results.liked });
  }
  turn.say('search.liked', { lot: lotLine(hit) });
  return true;
}

function currentLotId(turn: Turn): string | undefined {
  return turn.state.results?.lotIds[turn.state.results.shown];
}

/** The next lot, or the next building; past the last found one searches on without the buildings already seen. */
async function showNext(turn: Turn, isOtherBuilding: boolean): Promise<void> {
  const { results } = turn.state;
  if (!results) return;
  const seenEstate = results.estateIds[results.shown];
  let next = results.shown + 1;
  while (isOtherBuilding && next < results.lotIds.length && results.estateIds[next] === seenEstate) next += 1;
  for (; next < results.lotIds.length; next += 1) {
    const [hit] = await turn.deps.catalogue.lots([results.lotIds[next] as string]);
    if (!hit) continue;
    results.shown = next;
    showLot(turn, hit);
    return;
  }
  turn.say('search.noMore', {
    count: `${formatNumber(results.lotIds.length)} ${plural(results.lotIds.length, ['лот', 'лота', 'лотов'])}`,
  });
}

function showLot(turn: Turn, hit: LotHit): void {
  const { results } = turn.state;
  if (!results) return;
  const id = hit.lot.id;
  const buttons: Button[] = [
    { text: 'Нравится', payload: `search.like:${id}` },
    { text: 'Дальше', payload: 'search.next' },
    { text: 'Другое здание', payload: 'search.other' },
    { text: 'Изменить условия', payload: 'search.edit' },
    ...(hit.lot.deal === 'sale' && modelRequestForLot(hit)
      ? [{ text: 'Инвестмодель', payload: `search.model:${id}` }]
      : []),
    { text: 'Позвать менеджера', payload: 'handoff.start' },
  ];
  const position = formatNumber(results.shown + 1);
  turn.say(
    'search.lot',
    { position, count: formatNumber(results.total), lot: lotLine(hit, SEARCH.form(turn).slots.stations) },
    { buttons, cards: [lotCard(hit)] },
  );
}

function startLotModel(turn: Turn, hit: LotHit): boolean {
  const request = modelRequestForLot(hit);
  if (!request) return false;
  turn.startJob('finance-model', request as unknown as JsonObject);
  return true;
}

function sayNothingFound(turn: Turn, relaxations: readonly Relaxation[]): void {
  if (relaxations.length === 0) {
    turn.say('search.nothingAtAll', {});
    return;
  }
  const buttons = relaxations.map((relaxation, index) => ({
    text: `${RELAXED[relaxation.kind]} — ${formatNumber(relaxation.count)} ${plural(relaxation.count, ['лот', 'лота', 'лотов'])}`,
    payload: `search.relax:${index}`,
  }));
  turn.say('search.nothing', {}, { buttons });
}

async function resumeSearch(turn: Turn): Promise<void> {
  if (turn.state.step === 'working') {
    turn.say('job.working', {});
    return;
  }
  const id = currentLotId(turn);
  const [hit] = id && turn.state.step === 'results' ? await turn.deps.catalogue.lots([id]) : [];
  if (hit) showLot(turn, hit);
  else turn.say('search.nothingAtAll', {});
}
