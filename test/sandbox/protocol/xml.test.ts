import { describe, expect, it } from "@jest/globals";
import { isXmlText, xmlDocument, type XmlObject } from "../../../src/sandbox/protocol/xml.js";

const body = (members: XmlObject): string => xmlDocument("R", members).replace(/^.*\n/, "");

describe("an answer in XML", () => {
  it("has the namespace of the API when there is one", () => {
    expect(xmlDocument("RResponse", { requestId: "id" }, "http://ec2.amazonaws.com/doc/2016-11-15/")).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<RResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>id</requestId></RResponse>',
    );
  });

  it.each<[members: XmlObject, expected: string]>([
    [{}, "<R></R>"],
    [{ a: 1, b: true, c: "x" }, "<R><a>1</a><b>true</b><c>x</c></R>"],
    [{ a: undefined, b: "" }, "<R><b/></R>"],
    [{ set: [] }, "<R><set/></R>"],
    [{ set: ["x", { y: 1 }] }, "<R><set><item>x</item><item><y>1</y></item></set></R>"],
    [{ a: "<&>\"'" }, "<R><a>&lt;&amp;&gt;&quot;'</a></R>"],
    [{ a: "x\r\n\ty" }, "<R><a>x&#xD;\n\ty</a></R>"],
    [{ a: "\u0000\u001bz\uffff" }, "<R><a>\ufffd\ufffdz\ufffd</a></R>"],
  ])("writes %j", (members, expected) => {
    expect(body(members)).toBe(expected);
  });

  it.each([
    ["plain\r\n\ttext", true],
    ["🧬", true],
    ["bell\u0007", false],
    ["\ufffe", false],
  ])("knows whether %j can be carried", (text, expected) => {
    expect([isXmlText(text), isXmlText(text)]).toEqual([expected, expected]);
  });
});
