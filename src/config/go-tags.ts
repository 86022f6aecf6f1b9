import type { Tags } from "yaml";

/** What Go's reader knows of YAML 1.1: no dates, no sixty-based numbers, no sets or binary data. */
const KNOWN_TAGS = new Set(["null", "bool", "int", "float", "str", "merge", "map", "seq"]);

/** The YAML library's tags for version 1.1, less those that Go's library does not have. */
export function goTags(tags: Tags): Tags {
  return tags.filter((tag) => {
    if (typeof tag === "string") return KNOWN_TAGS.has(tag);
    return KNOWN_TAGS.has(tag.tag.replace("tag:yaml.org,2002:", "")) && !("format" in tag && tag.format === "TIME");
  });
}
