/** An error as S3 answers it: the code is what programs compare, the message is S3's own wording. */
export class S3Error extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    /** What the error is about, under S3's names: `BucketName`, `Key`, `UploadId`. */
    readonly about: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "S3Error";
  }
}

/** The bucket is not there. */
export function noSuchBucket(BucketName: string): S3Error {
  return new S3Error("NoSuchBucket", 404, "The specified bucket does not exist", { BucketName });
}

/** The object is not there. */
export function noSuchKey(Key: string): S3Error {
  return new S3Error("NoSuchKey", 404, "The specified key does not exist.", { Key });
}

/** The multipart upload is not there, or is over. */
export function noSuchUpload(UploadId: string): S3Error {
  const message =
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
  return new S3Error("NoSuchUpload", 404, message, { UploadId });
}

/** The request's XML is none, or not what it should be. */
export function malformedXml(): S3Error {
  const message = "The XML you provided was not well-formed or did not validate against our published schema";
  return new S3Error("MalformedXML", 400, message);
}

/** A parameter's value is not one that S3 takes. */
export function invalidArgument(ArgumentName: string, ArgumentValue: string, message: string): S3Error {
  return new S3Error("InvalidArgument", 400, message, { ArgumentName, ArgumentValue });
}

/** What S3 can do and the sandbox does not. */
export function notImplemented(what: string): S3Error {
  return new S3Error("NotImplemented", 501, `The sandbox of reflow-ec2 does not do this: ${what}`);
}
