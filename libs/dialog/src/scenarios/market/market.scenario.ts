import { knowledgeScenario } from '../knowledge-scenario.js';

export const MARKET = knowledgeScenario('market', {
  intro: 'market.intro',
  answer: 'market.answer',
  unknown: 'market.unknown',
});
