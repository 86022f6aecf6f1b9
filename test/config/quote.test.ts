import { describe, expect, it } from "@jest/globals";
import { quote } from "../../src/config/quote.js";

describe("a quoted text", () => {
  it.each([
    ["", '""'],
    ["gp9", '"gp9"'],
    ["ends\n", '"ends"'],
    ["-----BEGIN RSA PRIVATE KEY-----\nSECRET\n", '"-----BEGIN RSA PRIVATE KEY-----..."'],
    ["x -----BEGIN RSA PRIVATE KEY----- SECRET", '"x -----BEGIN RSA PRIVATE KEY-----..."'],
    ["x".repeat(61), `"${"x".repeat(60)}..."`],
    ["http://ann:SECRET@h/x", '"http://MASKED@h/x"'],
    ["uri=ftp://h/b?X-Amz-Signature=SECRET&a=b", '"uri=ftp://h/b?MASKED"'],
    [`http://${"s".repeat(70)}@h/x`, '"http://MASKED@h/x"'],
    ["mail ann@h, why?", '"mail ann@h, why?"'],
    ["\u001b[31m", '"\\u001b[31m"'],
  ])("shows of %j only %s", (text, expected) => {
    const shown = quote(text);
    expect(shown).toBe(expected);
  });
});
