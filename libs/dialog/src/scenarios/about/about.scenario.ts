import { knowledgeScenario } from '../knowledge-scenario.js';

export const ABOUT = knowledgeScenario('about', {
  intro: 'about.intro',
  answer: 'about.answer',
  unknown: 'about.unknown',
});
