/** Groups of variables, in the order they are shown in, whatever file declares them. */
const VARIABLE_GROUPS = [
  'Pictures',
  'Process',
  'Storage',
  'Model',
  'Dialog',
  'Telegram',
  'amoCRM',
  'Workers',
  'Files',
  'Partners',
  'Rotation of secrets',
  'Traces',
] as const;

/** What a variable of the environment is, for its reader, the operator and the README. */
export interface VariableDescription {
  group: (typeof VARIABLE_GROUPS)[number];
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

/** Every described variable by groups, in the order of declaration within each. */
export function describedVariables(): readonly DescribedVariable[] {
  return [...described].sort((a, b) => VARIABLE_GROUPS.indexOf(a.group) - VARIABLE_GROUPS.indexOf(b.group));
}
