/** What a variable of the environment is, for its reader, the operator and the README. */
export interface VariableDescription {
  group: string;
  description: string;
  /** What may be written, in words; shown when a value is refused. */
  allowed: string;
  /** The default as the README shows it; `—` when there is none. */
  default?: string;
  /** True for keys, tokens and connection strings with passwords. */
  secret?: boolean;
}

export interface DescribedVariable extends VariableDescription {
  name: string;
}

const described: DescribedVariable[] = [];

/** Property decorator of the environment class: registers the description of one variable. */
export function Variable(description: VariableDescription): PropertyDecorator {
  return (_target, property) => {
    described.push({ name: String(property), ...description });
  };
}

/** Groups that are shown after all others, whatever file declares them. */
const LAST = ['Partners', 'Rotation of secrets', 'Traces'];

/** Every described variable by groups, in the order of declaration. */
export function describedVariables(): readonly DescribedVariable[] {
  return [...described].sort((a, b) => LAST.indexOf(a.group) - LAST.indexOf(b.group));
}
