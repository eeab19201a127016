import type { ModelEntry } from '../models/model-manifest.js';

/** A model whose file has been compared with the manifest. */
export interface RunnableModel extends ModelEntry {
  /** Absolute path of its file. */
  path: string;
}

/** `id@first 12 hex digits of the file's sha256`. */
export const versionOf = ({ id, sha256 }: Pick<ModelEntry, 'id' | 'sha256'>): string => `${id}@${sha256.slice(0, 12)}`;

/** The models that can be run, by id and by version, and which precision of each is used. */
export class ModelRegistry {
  private byId: ReadonlyMap<string, RunnableModel>;
  private byVersion: ReadonlyMap<string, RunnableModel>;

  constructor(
    models: readonly RunnableModel[],
    /** By id: the id of the variant that is run in its place. */
    private readonly choices: ReadonlyMap<string, string> = new Map(),
  ) {
    const networks = models.filter(({ format }) => format === 'onnx');
    this.byId = new Map(networks.map((model) => [model.id, model]));
    this.byVersion = new Map(networks.map((model) => [versionOf(model), model]));
  }

  /** The model to run for an id: the chosen variant while it is there. */
  find(id: string): RunnableModel | undefined {
    const choice = this.choices.get(id);
    return (choice !== undefined ? this.byId.get(choice) : undefined) ?? this.byId.get(id);
  }

  has(version: string): boolean {
    return this.byVersion.has(version);
  }

  /** Size of the file, bytes; 0 for a version that is no longer there. */
  bytesOf = (version: string): number => this.byVersion.get(version)?.bytes ?? 0;

  idleUnloadMsOf(version: string): number {
    return this.byVersion.get(version)?.idleUnloadMs ?? 0;
  }

  /** Models to be loaded before anybody asks, as they would be run. */
  preloaded(): RunnableModel[] {
    const ids = [...this.byId.values()].filter(({ preload, variantOf }) => preload && !variantOf).map(({ id }) => id);
    return ids.flatMap((id) => this.find(id) ?? []);
  }

  withChoices(choices: ReadonlyMap<string, string>): ModelRegistry {
    return new ModelRegistry([...this.byId.values()], choices);
  }

  get models(): RunnableModel[] {
    return [...this.byId.values()];
  }
}
