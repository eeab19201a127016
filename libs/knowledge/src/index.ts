export { DocumentError, type KnowledgeDocument, type Passage, parseDocument, TOPICS, type Topic } from './document.js';
export { type Embedder, embedPassages } from './embedding.js';
export { figuresAreCited, figuresOf } from './figures.js';
export { type ImportReport, importDocuments, seedDocuments } from './importer.js';
export { type AnswerOptions, type KnowledgeAnswer, KnowledgeBase, type KnowledgeSource } from './knowledge-base.js';
export { readDocuments, UnreadableDocumentsError } from './reader.js';
export { type FoundPassage, findPassages } from './retrieval.js';
