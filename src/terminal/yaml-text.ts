/** Plain data as YAML, strings quoted where YAML would read something else. */
export async function yamlText(data: object): Promise<string> {
  const { dump } = await import("js-yaml");
  return dump(data, { noRefs: true, lineWidth: -1 });
}
