import { remember } from "../../../lib/remember.js";
import {
  boolYaml11Tag,
  FAILSAFE_SCHEMA,
  floatYaml11Tag,
  intYaml11Tag,
  load,
  mergeTag,
  nullYaml11Tag,
  YAMLException,
} from "js-yaml";

/** The text is not YAML; the message says where and why. */
export class YamlError extends Error {}

/** What Go's reader knows: the words of YAML 1.1, so that a bare `off` is a boolean. */
const GO_SCHEMA = FAILSAFE_SCHEMA.withTags(nullYaml11Tag, boolYaml11Tag, intYaml11Tag, floatYaml11Tag, mergeTag);

/** Aliases multiply; no configuration needs many. */
const MOST_ALIASES = 100;

/** Machines that are launched together have the same texts; reading one takes milliseconds. */
const REMEMBERED_TEXTS = 32;

/**
 * What a YAML text holds, read as Go's library reads it. Nobody may change it: others get the same.
 * @throws YamlError
 */
export const readYaml = remember(REMEMBERED_TEXTS, (text: string): unknown => {
  try {
    return load(text, { schema: GO_SCHEMA, maxAliases: MOST_ALIASES });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined || error.mark === null ? "" : `line ${error.mark.line + 1}: `;
    throw new YamlError(`yaml: ${line}${error.reason}`);
  }
});
