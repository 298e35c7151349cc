/** What lies on a page's JavaScript heap, garbage collected first: pairs of a node's type and its size in bytes. */
export async function* heapOf(devtools) {
  const chunks = [];
  const keep = ({ chunk }) => chunks.push(chunk);
  devtools.on('HeapProfiler.addHeapSnapshotChunk', keep);
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  devtools.off('HeapProfiler.addHeapSnapshotChunk', keep);
  const { snapshot: { meta }, nodes } = JSON.parse(chunks.join(''));
  const [type, size] = ['type', 'self_size'].map((field) => meta.node_fields.indexOf(field));
  for (let at = 0; at < nodes.length; at += meta.node_fields.length) yield [meta.node_types[type][nodes[at + type]], nodes[at + size]];
}
