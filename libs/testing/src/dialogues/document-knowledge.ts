import type { KnowledgePort } from '#libs/dialog';
import { readDocuments } from '#libs/knowledge';

/** Letters of a word that must agree: enough to ignore Russian endings. */
const STEM = 5;

/** Words that ask but do not name anything. */
const STOP_WORDS = new Set(
  'как какая какой какие какое что кто где когда сколько это для про ваш ваша ваши вас или'.split(' '),
);

/** Answers from the demo documents by shared word stems: a stand-in for full-text search, so that stories need no database. */
export class DocumentKnowledge implements KnowledgePort {
  private constructor(
    private readonly passages: {
      topic: string;
      title: string;
      source: string;
      published: string | null;
      body: string;
      stems: Set<string>;
    }[],
  ) {}

  static async read(folder: string): Promise<DocumentKnowledge> {
    const documents = await readDocuments(folder);
    return new DocumentKnowledge(
      documents.flatMap(({ topic, title, source, published, passages }) =>
        passages.map(({ heading, questions, body }) => ({
          topic,
          title,
          source,
          published,
          body,
          stems: new Set(stems(`${heading} ${questions}`)),
        })),
      ),
    );
  }

  async answer(question: string, topic?: 'about' | 'market'): ReturnType<KnowledgePort['answer']> {
    const asked = new Set(stems(question));
    const scored = this.passages
      .filter((passage) => topic === undefined || passage.topic === topic)
      .map((passage) => ({ passage, score: [...asked].filter((stem) => passage.stems.has(stem)).length / asked.size }))
      .sort((a, b) => b.score - a.score);
    const best = scored[0];
    if (!best || !(best.score >= 0.5)) return { found: false };
    const { body, title, source, published } = best.passage;
    return { found: true, text: body, sources: [{ title, source, published }] };
  }
}

function stems(text: string): string[] {
  const words =
    text
      .toLowerCase()
      .replaceAll('ё', 'е')
      .match(/\p{L}{3,}/gu) ?? [];
  return words.filter((word) => !STOP_WORDS.has(word)).map((word) => word.slice(0, STEM));
}
