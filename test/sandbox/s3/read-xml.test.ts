import { describe, expect, it } from "@jest/globals";
import { readXml } from "../../../src/sandbox/s3/read-xml.js";

describe("readXml", () => {
  it("reads elements, text, entities and attributes that it leaves out", () => {
    const text =
      '<?xml version="1.0"?>\n<!-- c --><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Key>a&amp;b&#x20;&#99;</Key><Quiet/></Delete>\n';
    expect(readXml(text)).toEqual({
      name: "Delete",
      text: "",
      children: [
        { name: "Key", text: "a&b c", children: [] },
        { name: "Quiet", text: "", children: [] },
      ],
    });
  });

  it.each([
    ["nothing", ""],
    ["text alone", "x"],
    ["JSON", '{"Key": 1}'],
    ["an element without end", "<a><b></b>"],
    ["ends that cross", "<a><b></a></b>"],
    ["two roots", "<a/><b/>"],
    ["an end without beginning", "</a>"],
    ["a document type", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ["an unknown entity", "<a>&nbsp;</a>"],
    ["a bare ampersand", "<a>&</a>"],
    ["a character that does not exist", "<a>&#9999999;</a>"],
    ["too many levels", "<a>".repeat(20) + "</a>".repeat(20)],
    ["binary", "\u0000\u0001<"],
  ])("refuses %s", (_what, text) => {
    expect(() => readXml(text)).toThrow(expect.objectContaining({ code: "MalformedXML", status: 400 }));
  });
});
