// Import rules of the house (docs/decisions.md, CONTRIBUTING.md); `npm run check` fails on any of them.
/** Entries beside a lib's index for processes that need little of it and should load no more. */
const narrowEntries = ['^libs/dialog/src/scheduling/index\\.ts$', '^libs/vision/src/intake/index\\.ts$'];
const features = 'hosting|nlu|llm|knowledge|estates|finance|vision|crm|dialog|channels|chats|queues|platform';

/** A rule that lets a lib import only the named other libs. `typesOnly` are allowed as `import type`. */
function only(lib, allowed, typesOnly = []) {
  const rules = [
    {
      name: `${lib}-imports-only-${allowed.join('-') || 'nothing'}`,
      severity: 'error',
      comment: `libs/${lib} may import ${allowed.join(', ') || 'no other lib'}${typesOnly.length ? ` (types of ${typesOnly.join(', ')})` : ''}.`,
      from: { path: `^libs/${lib}/`, pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: `^libs/(${[lib, ...allowed, ...typesOnly].join('|')})/` },
    },
  ];
  if (typesOnly.length > 0) {
    rules.push({
      name: `${lib}-types-only`,
      severity: 'error',
      comment: `libs/${lib} sees only the types of ${typesOnly.join(', ')}.`,
      from: { path: `^libs/${lib}/`, pathNot: '\\.spec\\.ts$' },
      to: { path: `^libs/(${typesOnly.join('|')})/`, dependencyTypesNot: ['type-only'] },
    });
  }
  return rules;
}

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'libs-do-not-import-apps',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-compose-only',
      severity: 'error',
      comment: 'Only all-in-one composes the modules of other apps.',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/all-in-one/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'enter-a-lib-by-its-index',
      severity: 'error',
      comment: 'Import `#libs/<name>` or a narrower entry named in package.json; nothing else of a lib is public.',
      from: { path: '^(apps|test)/' },
      to: { path: `^libs/(${features})/`, pathNot: ['^libs/[^/]+/src/index\\.ts$', ...narrowEntries] },
    },
    {
      name: 'libs-enter-each-other-by-index',
      severity: 'error',
      from: { path: '^libs/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      comment: 'Simulators and builders are imported by specs, demos and benches only.',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', '\\.spec\\.ts$', '^apps/all-in-one/', '/cli/'] },
      to: { path: '^libs/testing/' },
    },
    ...only('platform', []),
    ...only('nlu', []),
    ...only('estates', ['platform']),
    ...only('finance', ['estates', 'platform']),
    ...only('llm', ['nlu', 'platform']),
    ...only('knowledge', ['nlu', 'llm', 'platform']),
    ...only('queues', ['platform'], ['chats', 'estates', 'finance', 'vision']),
    ...only('chats', ['platform']),
    ...only('channels', ['platform', 'chats']),
    ...only('dialog', ['nlu', 'llm', 'knowledge', 'estates', 'finance'], ['chats', 'vision']),
    ...only('crm', ['platform', 'chats']),
    ...only('vision', ['platform', 'nlu']),
    ...only('hosting', ['platform', 'chats', 'queues']),
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|assets)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['development', 'import', 'node', 'default', 'types'],
    },
  },
};
