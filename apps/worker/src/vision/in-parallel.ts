/** Maps in order with at most `limit` at work; the first rejection rejects the whole. */
export async function inParallel<In, Out>(
  inputs: readonly In[],
  limit: number,
  work: (input: In) => Promise<Out>,
): Promise<Out[]> {
  const outputs = new Array<Out>(inputs.length);
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < inputs.length; at = next++) outputs[at] = await work(inputs[at] as In);
  };
  await Promise.all(Array.from({ length: Math.min(limit, inputs.length) }, lane));
  return outputs;
}
