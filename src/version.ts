/** The version of reflow-ec2; a test holds it equal to package.json's, which is not there to read in every bundle. */
export const VERSION = "0.1.0";
