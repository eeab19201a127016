export { DocumentError, type KnowledgeDocument, type Passage, parseDocument, TOPICS, type Topic } from './document.js';
export { figuresAreCited, figuresOf } from './figures.js';
export { type Embedder, type ImportReport, importDocuments, readDocuments } from './importer.js';
export { type KnowledgeAnswer, KnowledgeBase, type KnowledgeSource } from './knowledge-base.js';
export { type FoundPassage, findPassages } from './retrieval.js';
